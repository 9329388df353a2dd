/**
 * The shapes of the headers that people and planners write, as the contract for programs that make them. Reading files
 * does not load these: the readers in format/documents also know where each value stands. A test shows that the two
 * accept the same headers. Keys that are not known are kept.
 */
import { z } from "zod";
import { checks } from "./documents-check.ts";
import { amount, count, dependencies, id, ids, optional, parallel, paths, text, texts } from "./documents-value.ts";

const oneOrMore = <Shape extends z.ZodType>(shape: Shape) => optional(z.union([shape, z.array(shape)]));

const percentage = z.number().gt(0).max(100);
const budget = z
  .looseObject({
    usd: optional(amount),
    hours: optional(amount),
    tokens: optional(count),
    alert_at: oneOrMore(percentage),
  })
  .refine(({ usd, hours, tokens }) => usd != null || hours != null || tokens != null, "usd, hours or tokens");

const resource = z.looseObject({
  name: text.refine((value) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(String(value).trim())),
  kind: optional(text),
  purpose: optional(text),
  secret: optional(z.string().regex(/^env:[A-Za-z_][A-Za-z0-9_]*$/)),
});

/** The header of mission.md. */
export const missionHeader = z.looseObject({
  title: optional(text),
  status: optional(z.enum(["planning", "active", "paused", "cancelled", "completed"])),
  mode: optional(z.enum(["poc", "full"])),
  home: optional(z.enum(["branch", "default"])),
  sign_off: optional(z.enum(["feature", "milestone", "mission"])),
  budget: optional(z.union([z.literal("none"), budget])),
  deadline: optional(z.iso.date()),
  land: optional(z.enum(["push", "pull"])),
  review: optional(text),
  models: optional(z.record(z.string(), text)),
  setup: texts,
  verify: checks,
  verify_only: checks,
  parallel: optional(parallel),
  resources: oneOrMore(resource),
  preferences: z.unknown().optional(),
});

/** The header of a milestone.md. */
export const milestoneHeader = z.looseObject({
  title: optional(text),
  status: optional(z.enum(["todo", "hold", "cancelled"])),
  verify: checks,
  fulfills: texts,
});

/** The header of a feature file. */
export const featureHeader = z.looseObject({
  title: optional(text),
  status: optional(z.enum(["todo", "hold", "cancelled", "done"])),
  depends_on: dependencies,
  agent: optional(id),
  size: optional(z.enum(["S", "M", "L", "XL"])),
  priority: optional(z.int().min(1).max(4)),
  risk: optional(z.enum(["green", "yellow", "red"])),
  budget: optional(z.looseObject({ usd: optional(amount), minutes: optional(amount), tokens: optional(count) })),
  scope: paths,
  fulfills: texts,
  fixes: texts,
  verify: checks,
  secrets: ids,
  was: optional(id),
});

/** The header of an agent's file. */
export const roleHeader = z.looseObject({
  name: optional(text),
  description: optional(text),
  model: optional(text),
  autonomy: optional(z.enum(["intern", "specialist", "lead"])),
  tools: texts,
  limits: optional(
    z.looseObject({ minutes: optional(amount), usd_per_run: optional(amount), usd_per_day: optional(amount) }),
  ),
  runtime: optional(text),
});
