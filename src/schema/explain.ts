/**
 * The shape of `mission explain THING --json`, schema 1: the contract with programs that read it. Within a schema number keys
 * are added, never taken away and never given another meaning. Times are ISO 8601 in UTC, money is USD.
 */

import { z } from "zod";
import { type CostSource, RECORD_KINDS } from "../model/record.ts";

const COST_SOURCES: readonly CostSource[] = ["reported", "priced", "assumed"];

const text = z.string();
const moment = z.iso.datetime();
const amount = z.number().min(0);

const step = z.strictObject({
  /** Commit of the record. */
  id: text,
  at: moment,
  kind: z.enum(RECORD_KINDS),
  /** `Name <address>` of a person, or `pulse@host` and `run@host`. */
  by: text,
  person: z.boolean(),
  run: text.nullable(),
  /** One sentence: what happened. */
  what: text,
  /** The words that came with it; of a landing, which verdict let it through and why that still held. */
  why: text.nullable(),
  /** Commits, trees, bindings: `base`, `work`, `code tree`, `spec`, `bound to`, `verdict` and others. */
  inputs: z.array(z.strictObject({ name: text, value: text })),
  /** Checks and assertions of a verdict. */
  commands: z.array(z.strictObject({ result: text, label: text })),
  cost: z
    .strictObject({
      usd: amount,
      source: z.enum(COST_SOURCES),
      minutes: amount,
      billing: z.enum(["api", "subscription"]).nullable().optional(),
      tokens: z.strictObject({ in: amount, out: amount, cached: amount }),
    })
    .nullable(),
});

export const explanationShape = z.strictObject({
  schema: z.literal(1),
  thing: text,
  kind: z.enum(["mission", "milestone", "feature", "run", "ask"]),
  title: text,
  status: text,
  condition: z.strictObject({
    code: text,
    message: text,
    evidence: z.array(text),
    until: moment.nullable(),
    next: text.nullable(),
  }),
  /** The one command that would move it. */
  next: text.nullable(),
  cost: z.strictObject({
    usd: amount,
    reported: amount,
    priced: amount,
    assumed: amount,
    /** What of the money is paid for by a subscription, not by use. */
    subscription: amount,
    minutes: amount,
    tokens: amount,
  }),
  /** Each record of the thing, once, in the order of the ledger. */
  steps: z.array(step),
});
