import { z } from "zod";
import { checks } from "./documents-check.ts";
import { amount, optional, parallel, paths, text, texts } from "./documents-value.ts";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/);
const oneOrMore = <Shape extends z.ZodType>(shape: Shape) => optional(z.union([shape, z.array(shape)]));

const shared = {
  env: oneOrMore(variable),
  cost: optional(z.enum(["none", "unknown"])),
  billing: optional(z.enum(["api", "subscription"])),
};
const some = z.union([text, z.array(text).min(1)]);
const runtime = z.union([
  z.looseObject({ kind: z.enum(["command", "acp", "tmux"]), run: some, folder: optional(text), ...shared }),
  z.looseObject({ kind: z.literal("replay"), folder: text, run: texts, ...shared }),
  z.looseObject({ kind: z.enum(["claude", "codex"]), run: texts, folder: optional(text), ...shared }),
]);

const approver = z
  .looseObject({ email: optional(text), github: optional(text) })
  .refine(({ email, github }) => email != null || github != null, "email, github or both");

const events = oneOrMore(z.enum(["needs_input", "blocked", "budget", "completed"]));
const notify = z.union([
  z.looseObject({ kind: z.literal("webhook"), url: text, run: texts, on: events }),
  z.looseObject({ kind: z.literal("command"), run: some, url: optional(text), on: events }),
]);

const cap = z.int().min(1).max(100);

/** The header of config.md. */
export const configHeader = z.looseObject({
  parallel: optional(parallel),
  isolation: optional(z.enum(["clone", "sandbox", "linked"])),
  setup: texts,
  verify: checks,
  runtime: optional(text),
  review: optional(text),
  runtimes: optional(z.record(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/), runtime)),
  models: optional(z.record(z.string(), optional(z.record(z.string(), text)))),
  protected: paths,
  limits: optional(
    z.looseObject({
      attempts: optional(cap),
      rounds: optional(cap),
      run_usd: optional(amount),
      usd_per_day: optional(amount),
      idle_minutes: optional(amount),
      output_mb: optional(amount),
      evidence_kb: optional(amount),
    }),
  ),
  approvers: oneOrMore(approver),
  notify: oneOrMore(notify),
});
