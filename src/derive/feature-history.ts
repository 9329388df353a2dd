/**
 * What the ledger says about one feature. Attempts and rounds count for the present spec since the last `retry`: an edit of
 * what is asked, or a person's word, begins afresh. Kept work outlives both.
 */

import type { FeatureDocument, Limits } from "../model/documents.ts";
import type { Entry, Ledger, RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Landed, Outcome, RunEnded, Verdict } from "../model/record.ts";
import { deriveAsk, featureBinding } from "./asks.ts";
import { lastControl } from "./control.ts";

/** A work run that is over. */
export interface EndedRun extends RunEntry {
  ended: Entry<RunEnded>;
}

/** Work for the present spec that was delivered and not sent back. */
export interface Delivery {
  run: EndedRun;
  /** Commit that is judged and lands: the tip of the feature's branch where a person pushed fix-ups. */
  head: string;
  /** The worker says that there is nothing to do: only a gate that agrees makes that true. */
  empty: boolean;
}

export interface FeatureHistory {
  /** Every work run of the feature in this epoch, oldest first. */
  runs: readonly RunEntry[];
  live: RunEntry | null;
  /** Last run for the present spec since the last retry that is over. */
  last: EndedRun | null;
  attempts: number;
  rounds: number;
  delivery: Delivery | null;
  /** Why the last delivery was sent back; null when it was not. */
  sentBack: string | null;
  /** Head of the latest work, whatever spec it was made for. */
  kept: string | null;
  /** A cap that was reached; null when the feature may be tried. */
  cap: {
    code: "attempts" | "rounds" | "loop" | "breaker" | "setup" | "policy";
    message: string;
    evidence: readonly string[];
  } | null;
  /** Not before this moment. */
  notBefore: number | null;
  landed: Entry<Landed> | null;
}

const FAILURES: readonly Outcome[] = ["failed", "timeout", "idle", "over-budget"];

export function deriveFeatureHistory(
  ledger: Ledger,
  feature: FeatureDocument,
  options: { mission: string; limits: Limits; candidate: string | null; hasChecks: boolean },
): FeatureHistory {
  const ids = feature.was ? [feature.id, feature.was] : [feature.id];
  const since = lastControl(
    ledger,
    ids.map((id) => `${options.mission}/${id}`),
    "retry",
  );
  const runs = ids
    .flatMap((id) => ledger.byFeature.get(id)?.runs ?? [])
    .filter(({ claim }) => claim.fact.runKind === "work")
    .sort((a, b) => a.claim.position - b.claim.position);
  const present = runs.filter(({ claim }) => claim.position > since && claim.fact.spec === feature.spec);
  const ended = present
    .filter((run): run is EndedRun => run.ended !== null)
    .sort((a, b) => a.ended.position - b.ended.position);
  const returns = new Map(ended.map((run) => [run, deriveReturn(ledger, feature, run, options)]));
  const failures = ended.filter((run) => isFailure(run, options.hasChecks, returns.get(run) ?? null));
  const sentBackRuns = ended.filter((run) => returns.get(run) !== null && !failures.includes(run));
  const last = ended.at(-1) ?? null;
  const sentBack = last ? (returns.get(last)?.reason ?? null) : null;
  return {
    runs,
    live: runs.find((run) => run.ended === null) ?? null,
    last,
    attempts: failures.length,
    rounds: sentBackRuns.length,
    delivery:
      last && returns.get(last) === null && !failures.includes(last) ? deriveDelivery(last, options.candidate) : null,
    sentBack,
    kept: runs.findLast((run) => run.ended?.fact.head)?.ended?.fact.head ?? null,
    cap: deriveCap({ ended, failures, sentBackRuns, returns, limits: options.limits }),
    notBefore: deriveBackoff(failures, last),
    landed:
      ids.flatMap((id) => ledger.byFeature.get(id)?.landed ?? []).findLast(({ position }) => position > since) ?? null,
  };
}

function deriveDelivery(run: EndedRun, candidate: string | null): Delivery | null {
  const { outcome, head } = run.ended.fact;
  if (outcome !== "delivered" && outcome !== "nothing-to-do") return null;
  return { run, head: candidate ?? head ?? run.claim.fact.base, empty: outcome === "nothing-to-do" };
}

/** "Nothing to do" counts as a failure where no check could agree with it. */
function isFailure(run: EndedRun, hasChecks: boolean, back: Return | null): boolean {
  const { outcome } = run.ended.fact;
  return FAILURES.includes(outcome) || (outcome === "nothing-to-do" && (!hasChecks || back !== null));
}

interface Return {
  reason: string;
  fingerprints: string;
  position: number;
}

/** Whether work was judged and sent back: a verdict on it alone that failed or conflicts, or a person's no. */
function deriveReturn(
  ledger: Ledger,
  feature: FeatureDocument,
  run: EndedRun,
  { candidate, hasChecks }: { candidate: string | null; hasChecks: boolean },
): Return | null {
  const heads = [run.ended.fact.head ?? run.claim.fact.base, ...(candidate ? [candidate] : [])];
  const { outcome } = run.ended.fact;
  if (outcome !== "delivered" && !(outcome === "nothing-to-do" && hasChecks)) return null;
  const head = heads.at(-1) ?? "";
  const verdict = lastVerdictOn(ledger, feature.id, head, run.ended.position);
  if (verdict && (verdict.fact.result === "failed" || verdict.fact.result === "conflict")) {
    return { reason: returnReason(verdict), fingerprints: verdictFingerprints(verdict), position: verdict.position };
  }
  for (const ask of ["approval", "sign-off"] as const) {
    for (const bound of heads) {
      const state = deriveAsk(ledger, {
        ask,
        about: feature.id,
        boundTo: featureBinding(feature.spec, bound, feature.risk),
      });
      if (state.kind === "denied" && state.entry.answered) {
        return {
          reason: `denied: ${state.entry.answered.record.body.trim()}`,
          fingerprints: "",
          position: state.entry.answered.position,
        };
      }
    }
  }
  return null;
}

function returnReason({ fact, record }: Entry<Verdict>): string {
  if (fact.result === "conflict") return `conflict with home: ${record.body.trim().split("\n")[0] ?? ""}`;
  const failed = fact.checks.filter(({ result }) => result === "failed").map(({ label }) => label);
  return `${fact.of} failed: ${failed.join("; ") || record.body.trim().split("\n")[0]}`;
}

function verdictFingerprints({ fact }: Entry<Verdict>): string {
  return [...fact.checks, ...fact.assertions]
    .flatMap(({ fingerprint }) => fingerprint ?? [])
    .sort()
    .join(" ");
}

/** The latest gate or review of exactly this head and nothing else. A chain's verdict is no verdict on its parts. */
export function lastVerdictOn(ledger: Ledger, feature: string, head: string, after: number): Entry<Verdict> | null {
  const isOnHead = ({ about }: Verdict) => about.kind === "features" && about.features[0]?.head === head;
  return (
    ledger.byFeature.get(feature)?.verdicts.findLast(({ position, fact }) => position > after && isOnHead(fact)) ?? null
  );
}

function deriveBackoff(failures: readonly EndedRun[], last: EndedRun | null): number | null {
  const failure = failures.at(-1);
  if (!failure || failure !== last) return null;
  const pause = LIMITS.backoffMs[Math.min(failures.length, LIMITS.backoffMs.length) - 1] ?? 0;
  return failure.ended.record.at + pause;
}

function deriveCap({
  ended,
  failures,
  sentBackRuns,
  returns,
  limits,
}: {
  ended: readonly EndedRun[];
  failures: readonly EndedRun[];
  sentBackRuns: readonly EndedRun[];
  returns: ReadonlyMap<EndedRun, Return | null>;
  limits: Limits;
}): FeatureHistory["cap"] {
  const names = (runs: readonly EndedRun[]) => runs.map(({ run }) => run);
  const last = ended.at(-1);
  if (last?.ended.fact.outcome === "policy") {
    return {
      code: "policy",
      message: firstLine(last.ended.record.body) || "the work broke a rule on paths",
      evidence: [last.run],
    };
  }
  const setups = ended.slice(-LIMITS.setupFailures);
  if (setups.length === LIMITS.setupFailures && setups.every((run) => run.ended.fact.outcome === "setup-failed")) {
    return {
      code: "setup",
      message: `setup failed twice: ${firstLine(setups.at(-1)?.ended.record.body ?? "")}`,
      evidence: names(setups),
    };
  }
  const twice = sameFingerprint(ended.filter((run) => failures.includes(run) || run.ended.fact.outcome === "question"));
  if (twice)
    return {
      code: "loop",
      message: `same ${twice[0]?.ended.fact.outcome === "question" ? "question" : "failure"} twice: ${firstLine(twice[1]?.ended.record.body ?? "")}`,
      evidence: names(twice),
    };
  const still = unchanged(failures);
  if (still) return { code: "loop", message: "two attempts changed nothing", evidence: names(still) };
  const round = sentBackRuns.find((run, index) => {
    const prints = returns.get(run)?.fingerprints;
    return prints && sentBackRuns.slice(0, index).some((other) => returns.get(other)?.fingerprints === prints);
  });
  if (round)
    return {
      code: "loop",
      message: `sent back twice for the same failure: ${returns.get(round)?.reason}`,
      evidence: names(sentBackRuns),
    };
  if (failures.length >= limits.attempts) {
    return {
      code: "attempts",
      message: `${failures.length} attempts failed, the last: ${describeEnd(failures.at(-1))}`,
      evidence: names(failures),
    };
  }
  if (sentBackRuns.length >= limits.rounds) {
    return {
      code: "rounds",
      message: `sent back ${sentBackRuns.length} times, the last: ${returns.get(sentBackRuns.at(-1) as EndedRun)?.reason}`,
      evidence: names(sentBackRuns),
    };
  }
  const lost = ended.slice(-LIMITS.lostInARow);
  if (lost.length === LIMITS.lostInARow && lost.every((run) => run.ended.fact.outcome === "lost")) {
    return {
      code: "breaker",
      message: `${lost.length} runs in a row were lost with their hosts`,
      evidence: names(lost),
    };
  }
  return null;
}

function sameFingerprint(runs: readonly EndedRun[]): readonly [EndedRun, EndedRun] | null {
  for (const [index, run] of runs.entries()) {
    const print = run.ended.fact.fingerprint;
    const earlier = print && runs.slice(0, index).find((other) => other.ended.fact.fingerprint === print);
    if (earlier) return [earlier, run];
  }
  return null;
}

/** Two failed attempts one after the other that brought nothing new. */
function unchanged(failures: readonly EndedRun[]): readonly [EndedRun, EndedRun] | null {
  for (const [index, run] of failures.entries()) {
    const before = failures[index - 1];
    if (before && !broughtWork(before) && !broughtWork(run)) return [before, run];
  }
  return null;
}

function broughtWork({ claim, ended }: EndedRun): boolean {
  const { head } = ended.fact;
  return head !== null && head !== claim.fact.head && head !== claim.fact.base;
}

/** `failed, exit 1: npm test ...` in a few words. */
export function describeEnd(run: EndedRun | undefined): string {
  if (!run) return "";
  const line = firstLine(run.ended.record.body);
  return line ? `${run.ended.fact.outcome}: ${line}` : run.ended.fact.outcome;
}

export function firstLine(text: string): string {
  return text.trim().split("\n")[0]?.trim() ?? "";
}
