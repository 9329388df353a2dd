/**
 * The shape of `mission audit --json`, schema 1: the contract with programs that read it. Within a schema number keys are
 * added, never taken away and never given another meaning.
 */

import { z } from "zod";

const text = z.string();

const report = z.strictObject({
  mission: text,
  ref: text,
  /** Commit of the last record. */
  tip: text.nullable(),
  records: z.int().min(0),
  checks: z.array(
    z.strictObject({
      name: text,
      /** `unchecked`: what it needs is not in this clone, or nothing asks for it. */
      state: z.enum(["ok", "bad", "unchecked"]),
      /** What was checked, with counts. */
      told: text,
    }),
  ),
  violations: z.array(
    z.strictObject({
      check: text,
      /** Commit of the record that is wrong; null where something has no record. */
      record: text.nullable(),
      what: text,
      expected: text,
      next: text,
    }),
  ),
});

export const auditShape = z.strictObject({
  schema: z.literal(1),
  /** No mission has a violation. */
  ok: z.boolean(),
  missions: z.array(report),
});
