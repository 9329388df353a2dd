import { z } from "zod";
import { duration, optional, path, text, texts } from "./documents-value.ts";

const bash = z.looseObject({
  method: optional(z.literal("bash")),
  run: text,
  timeout: optional(duration),
  expect_output: optional(text),
});
const codebase = z
  .looseObject({
    method: optional(z.literal("codebase")),
    pattern: optional(text),
    absent: optional(text),
    path: optional(path),
  })
  .refine(({ pattern, absent }) => (pattern == null) !== (absent == null), "either pattern or absent");
const browser = z
  .looseObject({
    method: optional(z.literal("browser")),
    script: optional(path),
    url: optional(text),
    steps: texts,
    expect: texts,
  })
  .refine(({ script, url }) => (script == null) !== (url == null), "either script or url");
const agent = z
  .looseObject({ method: optional(z.literal("agent")), role: optional(text), ask: text })
  .refine(({ method, role }) => method != null || role != null, "method: agent");
const manual = z.looseObject({ method: z.literal("manual"), ask: text });

const plainCheck = z.union([z.string().regex(/\S/), bash, codebase, browser, agent, manual]);

/** One check. Its method may be left out where the keys show it; the first shape that fits by its keys is meant. */
const check = z.union([z.strictObject({ verify: plainCheck }), plainCheck]);

/** A `verify` value: one check or a list of checks. */
export const checks = optional(z.union([check, z.array(check), z.strictObject({ verify: z.array(check) })]));
