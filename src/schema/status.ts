/**
 * The shape of `mission status --json`, schema 1: the contract with programs that read it. Within a schema number keys are
 * added, never taken away and never given another meaning. Times are ISO 8601 in UTC, money is USD, null is "not known" or
 * "no limit".
 */

import { z } from "zod";
import type { Mode, SignOff } from "../model/documents.ts";
import type { CostSource, RunKind } from "../model/record.ts";
import { FEATURE_STATUSES, MILESTONE_STATUSES, MISSION_STATUSES } from "../model/state.ts";

const MODES: readonly Mode[] = ["poc", "full"];
const SIGN_OFFS: readonly SignOff[] = ["feature", "milestone", "mission"];
const RUN_KINDS: readonly RunKind[] = ["work", "gate", "review", "validate", "plan", "learn"];
const COST_SOURCES: readonly CostSource[] = ["reported", "priced", "assumed"];

const text = z.string();
const moment = z.iso.datetime();
const count = z.int().min(0);
const amount = z.number().min(0);

/** Why a status is what it is. `next` is the one command or edit that would move it. */
const condition = z.strictObject({
  code: text,
  message: text,
  /** Ids of records and runs that show it. */
  evidence: z.array(text),
  /** First moment at which the clock alone could change it. */
  until: moment.nullable(),
  next: text.nullable(),
});

const feature = z.strictObject({
  id: text,
  title: text,
  status: z.enum(FEATURE_STATUSES),
  condition,
  /** The role that works on it. */
  agent: text,
  /** The last or running attempt, 0 before the first. */
  attempt: count,
  /** Deliveries that were sent back. */
  round: count,
  /** The live run or the last one. */
  run: text.nullable(),
  /** Commit of the latest work. */
  head: text.nullable(),
  /** Address of its pull request. */
  pull: text.nullable(),
  /** `subscription`: what of the money is paid for by one, not by use; added later, so it may be missing. */
  cost: z.strictObject({ usd: amount, source: z.enum(COST_SOURCES), subscription: amount.optional() }),
  /** Features of this mission, or `other-mission/feature`. */
  depends_on: z.array(text),
});

const milestone = z.strictObject({
  id: text,
  /** Its folder, whose number is its place. */
  dir: text,
  title: text,
  status: z.enum(MILESTONE_STATUSES),
  condition,
  /** Validations that failed. */
  round: count,
  features: z.array(feature),
});

const mission = z.strictObject({
  id: text,
  title: text,
  /** Its folder from the root of the repository. */
  path: text,
  /** The branch where it is read and where its work lands; null before it began. */
  home: text.nullable(),
  mode: z.enum(MODES).nullable(),
  sign_off: z.enum(SIGN_OFFS).nullable(),
  status: z.enum(MISSION_STATUSES),
  condition,
  /** Home has code that no gate has passed: why no work is judged on it yet. */
  unjudged: condition.nullable(),
  /** Features; cancelled ones do not count. */
  progress: z.strictObject({ done: count, total: count }),
  budget: z.strictObject({
    usd: z.strictObject({
      limit: amount.nullable(),
      reported: amount,
      priced: amount,
      assumed: amount,
      subscription: amount.optional(),
      reserved: amount,
    }),
    hours: z.strictObject({ limit: amount.nullable(), spent: amount }),
    tokens: z.strictObject({ limit: amount.nullable(), spent: amount }),
  }),
  milestones: z.array(milestone),
});

/** Something that waits for a person. */
const ask = z.strictObject({
  /** As in `mission answer`: `crm/q7`. */
  id: text,
  mission: text,
  /** `crm`, `crm/foundation` or `crm/schema`. */
  about: text,
  risk: text.nullable(),
  text,
  since: moment,
});

/** A run that is under way, on any host. */
const run = z.strictObject({
  id: text,
  mission: text,
  about: text,
  kind: z.enum(RUN_KINDS),
  host: text,
  runtime: text.nullable(),
  since: moment,
  cost: amount.nullable(),
});

/** Something wrong in a file. Lines and columns count from 1; an error blocks the thing in that file. */
const finding = z.strictObject({
  file: text,
  line: z.int().min(1),
  column: z.int().min(1),
  severity: z.enum(["error", "warning"]),
  code: text,
  message: text,
  expected: text,
});

export const statusShape = z.strictObject({
  schema: z.literal(1),
  at: moment,
  host: text,
  /** `local`, or the name of the remote. */
  authority: text,
  stopped: z.boolean(),
  /** Mission files with edits that are not in effect. */
  unsaved: z.array(text),
  missions: z.array(mission),
  asks: z.array(ask),
  runs: z.array(run),
  findings: z.array(finding),
  /** With `--at` alone: the moment that is shown. What lived on a host then is not reconstructed. */
  as_of: z
    .strictObject({
      at: moment,
      /** Commit that was named; null for a date. */
      rev: text.nullable(),
      missions: z.array(
        z.strictObject({
          mission: text,
          /** Home's tip then. */
          home: text.nullable(),
          /** Newest record then. */
          record: text,
        }),
      ),
      live_runs: z.literal("not reconstructed"),
    })
    .optional(),
});
