/**
 * The shape of `mission agents --json`, schema 1: the contract with programs that read it. Within a schema number keys are
 * added, never taken away and never given another meaning. Times are ISO 8601 in UTC, null is "not known" or "none".
 */

import { z } from "zod";

const text = z.string();

const agent = z.strictObject({
  /** Of its runtime in config.md, or by which it is known. */
  name: text,
  kind: text,
  /**
   * `unsure`: nobody can tell from outside whether it has an account. `held back`: its provider refused work until
   * `held_until`. `unused`: it is installed, and config.md does not name it.
   */
  state: z.enum(["ready", "unsure", "held back", "signed out", "broken", "missing", "unused"]),
  /** `found`: config.md names no runtime, so the agents that are installed are used. `none`: it is not used. */
  source: z.enum(["config", "found", "none"]),
  program: text.nullable(),
  /** Where PATH finds it. */
  path: text.nullable(),
  /** As it says itself; asked of programs that are known by name. */
  version: text.nullable(),
  /** By what it would sign in: the name of a variable or a file, never what is in it. null: no accounts are known of it. */
  sign_in: z.strictObject({ state: z.enum(["yes", "no", "unknown"]), by: text }).nullable(),
  billing: z.enum(["api", "subscription"]).nullable(),
  /** By tier; null: the agent's own choice. */
  models: z.strictObject({ economy: text.nullable(), standard: text.nullable(), thinking: text.nullable() }),
  /** Since when what its provider refuses work for waits for a person. */
  held_since: z.iso.datetime().nullable(),
  held_until: z.iso.datetime().nullable(),
  /** Those that would use it now, were it not held back. */
  roles: z.array(text),
  /** What is wrong or in doubt. */
  problem: text.nullable(),
  /** The one step that helps. */
  next: text.nullable(),
});

export const agentsShape = z.strictObject({
  schema: z.literal(1),
  at: z.iso.datetime(),
  agents: z.array(agent),
});
