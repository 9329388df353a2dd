/**
 * What the ledger says about one feature. Attempts and rounds count for the present spec since the last `retry`: an edit of
 * what is asked, or a person's word, begins afresh. Kept work outlives both.
 */

import type { FeatureDocument, Limits } from "../model/documents.ts";
import type { Entry, FeatureRecords, Ledger, RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Blocked, Landed, Outcome } from "../model/record.ts";
import type { EndedRun } from "./ended-run.ts";
import { type Cap, deriveCap } from "./feature-cap.ts";
import { lastRetry, recordsOf } from "./feature-records.ts";
import { deriveReturn, type Return } from "./returns.ts";

/** Work for the present spec that was delivered and not sent back. */
export interface Delivery {
  run: EndedRun;
  /** Commit that is judged and lands: the tip of the feature's branch where a person pushed fix-ups. */
  head: string;
}

export interface FeatureHistory {
  records: FeatureRecords;
  /** Every work run of the feature in this epoch, oldest first. */
  runs: readonly RunEntry[];
  live: RunEntry | null;
  /** Last run for the present spec since the last retry that is over. */
  last: EndedRun | null;
  rounds: number;
  delivery: Delivery | null;
  /** Why the last delivery was sent back; null when it was not. */
  sentBack: string | null;
  /** Head of the latest work, whatever spec it was made for. */
  kept: string | null;
  /** A cap that was reached; null when the feature may be tried. */
  cap: Cap | null;
  /** Home refused what was to land, since the last retry and delivery. */
  refused: Entry<Blocked> | null;
  /** Not before this moment. */
  notBefore: number | null;
  /** The last landing since the last retry. */
  landed: Entry<Landed> | null;
  /** Position of the last retry, -1 without one. */
  since: number;
}

const FAILURES: readonly Outcome[] = ["failed", "timeout", "idle", "over-budget"];

export function deriveFeatureHistory(
  ledger: Ledger,
  feature: FeatureDocument,
  options: { mission: string; limits: Limits; candidate: string | null; hasChecks: boolean },
): FeatureHistory {
  const since = lastRetry(ledger, options.mission, feature);
  const records = recordsOf(ledger, feature);
  if (records.runs.length === 0) return untried(records, since, options.limits);
  const runs = records.runs.filter(({ claim: { fact } }) => fact.runKind === "work" && fact.about.kind === "feature");
  const present = runs.filter(({ claim }) => claim.position > since && claim.fact.spec === feature.spec);
  const ended = present
    .filter((run): run is EndedRun => run.ended !== null)
    .sort((a, b) => a.ended.position - b.ended.position);
  const returns = deriveReturns(ledger, records, feature, ended, options);
  const failures = ended.filter((run) => isFailure(run, options.hasChecks, returns.has(run)));
  const sentBack = ended.flatMap((run) => {
    const back = returns.get(run);
    return back && !failures.includes(run) ? [{ run, back }] : [];
  });
  const last = ended.at(-1) ?? null;
  const isStanding = last !== null && !returns.has(last) && !failures.includes(last);
  return {
    records,
    runs,
    live: runs.find((run) => run.ended === null) ?? null,
    last,
    rounds: sentBack.length,
    delivery: isStanding ? deriveDelivery(last, options.candidate) : null,
    sentBack: (last && returns.get(last)?.reason) ?? null,
    kept: runs.findLast(isWorthKeeping)?.ended?.fact.head ?? null,
    cap: deriveCap({ ended, failures, sentBack }, options.limits),
    refused: records.blocked.findLast(({ position }) => position > Math.max(since, last?.ended.position ?? -1)) ?? null,
    notBefore: deriveBackoff(failures, last),
    landed: records.landed.findLast(({ position }) => position > since) ?? null,
    since,
  };
}

/** What the rest comes to without a run: most features of a plan have none yet. */
function untried(records: FeatureRecords, since: number, limits: Limits): FeatureHistory {
  return {
    records,
    runs: NO_RUNS,
    live: null,
    last: null,
    rounds: 0,
    delivery: null,
    sentBack: null,
    kept: null,
    cap: deriveCap({ ended: NO_RUNS, failures: NO_RUNS, sentBack: NO_RETURNS }, limits),
    refused: records.blocked.findLast(({ position }) => position > since) ?? null,
    notBefore: null,
    landed: records.landed.findLast(({ position }) => position > since) ?? null,
    since,
  };
}

const NO_RUNS: readonly EndedRun[] = [];
const NO_RETURNS: readonly { run: EndedRun; back: Return }[] = [];

/** Not what broke a rule on paths: whoever went on from it would break the same rule. */
function isWorthKeeping({ ended }: RunEntry): boolean {
  return ended !== null && ended.fact.head !== null && ended.fact.outcome !== "policy";
}

function deriveDelivery(run: EndedRun, candidate: string | null): Delivery | null {
  const { outcome, head } = run.ended.fact;
  if (outcome !== "delivered" && outcome !== "nothing-to-do") return null;
  return { run, head: candidate ?? head ?? run.claim.fact.base };
}

/** "Nothing to do" counts as a failure where no check could agree with it. */
function isFailure(run: EndedRun, hasChecks: boolean, isReturned: boolean): boolean {
  const { outcome } = run.ended.fact;
  return FAILURES.includes(outcome) || (outcome === "nothing-to-do" && (!hasChecks || isReturned));
}

function deriveReturns(
  ledger: Ledger,
  records: FeatureRecords,
  feature: FeatureDocument,
  ended: readonly EndedRun[],
  { candidate, hasChecks }: { candidate: string | null; hasChecks: boolean },
): ReadonlyMap<EndedRun, Return> {
  const returns = new Map<EndedRun, Return>();
  for (const [index, run] of ended.entries()) {
    const { outcome } = run.ended.fact;
    if (outcome !== "delivered" && !(outcome === "nothing-to-do" && hasChecks)) continue;
    const back = deriveReturn(ledger, records, feature, { run, next: ended[index + 1] ?? null, candidate });
    if (back) returns.set(run, back);
  }
  return returns;
}

function deriveBackoff(failures: readonly EndedRun[], last: EndedRun | null): number | null {
  const failure = failures.at(-1);
  if (!failure || failure !== last) return null;
  const pause = LIMITS.backoffMs[Math.min(failures.length, LIMITS.backoffMs.length) - 1] ?? 0;
  return failure.ended.record.at + pause;
}
