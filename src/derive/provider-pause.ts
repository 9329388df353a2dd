/**
 * Runtimes whose provider refused work on this host: they rest until the moment that the provider gave, then one run goes
 * first, and with its success the others. What was under way before says nothing: only a run claimed afterwards counts.
 * What a person has to see to is tried again all the same, less and less often, and at once when a person says retry.
 */

import type { Ledger } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Need, Outcome } from "../model/record.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { firstLine } from "./ended-run.ts";

export type ProviderPause = { trouble: ProviderTrouble | null } & (
  | { kind: "rests"; until: number }
  /** The next run is the probe. */
  | { kind: "probe" }
  | { kind: "probing" }
);

/** What a person has to see to. */
export interface ProviderTrouble {
  needs: Need;
  /** As the provider said it. */
  text: string;
  since: number;
}

const REFUSED: readonly Outcome[] = ["quota", "provider"];
/** Says nothing about the provider. */
const UNKNOWN: readonly Outcome[] = ["lost", "stopped", "setup-failed"];

interface Seen {
  claimedAt: number;
  endedAt: number;
  outcome: Outcome;
  until: number | null;
  needs: Need | null;
  text: string;
  /** A person has had something tried again since. */
  isRetried: boolean;
}

/** By name of the runtime; what may be used is left out. */
export function deriveProviderPauses(snapshot: Snapshot): ReadonlyMap<string, ProviderPause> {
  const seen = endedOnThisHost(snapshot);
  const pauses = new Map<string, ProviderPause>();
  for (const [name, runs] of seen) {
    const pause = derivePause(name, runs, snapshot);
    if (pause) pauses.set(name, pause);
  }
  return pauses;
}

/** In the order of their ends. */
function endedOnThisHost({ missions, host }: Snapshot): ReadonlyMap<string, readonly Seen[]> {
  const ended = missions.flatMap(({ ledger }) => {
    const retry = lastRetryOf(ledger)?.position ?? -1;
    // Two ledgers have nothing but their clocks in common.
    const elsewhere = missions.flatMap((other) => (other.ledger === ledger ? [] : (lastRetryOf(other.ledger) ?? [])));
    const retriedAt = Math.max(-1, ...elsewhere.map(({ record }) => record.at));
    return [...ledger.runs.values()].flatMap(({ claim, ended: end }) => {
      if (!end || claim.fact.host !== host || end.fact.runtime === null) return [];
      const { outcome, until, needs = null, runtime } = end.fact;
      const { at: endedAt, body } = end.record;
      const isRetried = retry > end.position || retriedAt >= endedAt;
      const run = { claimedAt: claim.record.at, endedAt, outcome, until, needs, text: firstLine(body), isRetried };
      return [{ runtime, run }];
    });
  });
  const inOrder = ended.toSorted((a, b) => a.run.endedAt - b.run.endedAt);
  const byRuntime = Map.groupBy(inOrder, ({ runtime }) => runtime);
  return new Map([...byRuntime].map(([runtime, runs]) => [runtime, runs.map(({ run }) => run)]));
}

function lastRetryOf({ controls }: Ledger): Ledger["controls"][number] | undefined {
  return controls.findLast(({ fact }) => fact.action === "retry");
}

function derivePause(name: string, runs: readonly Seen[], snapshot: Snapshot): ProviderPause | null {
  const last = runs.findLast(({ outcome }) => REFUSED.includes(outcome));
  if (!last) return null;
  const told = runs.filter(({ outcome }) => !UNKNOWN.includes(outcome));
  const refusals = told.slice(told.findLastIndex(({ outcome }) => !REFUSED.includes(outcome)) + 1);
  const trouble = last.needs === null ? null : describeTrouble(last, last.needs, refusals);
  const until = last.until ?? last.endedAt + pauseAfter(last, refusals);
  if (until > snapshot.now && !last.isRetried) return { kind: "rests", until, trouble };
  // Git keeps whole seconds: a probe may seem to begin a little before.
  const from = Math.floor((last.isRetried ? Math.min(last.endedAt, until) : until) / 1000) * 1000;
  if (told.some((run) => run.claimedAt >= from && !REFUSED.includes(run.outcome))) return null;
  return { kind: isProbing(name, from, snapshot) ? "probing" : "probe", trouble };
}

function describeTrouble({ text, endedAt }: Seen, needs: Need, refusals: readonly Seen[]): ProviderTrouble {
  const first = refusals.slice(refusals.findLastIndex((run) => run.needs === null) + 1)[0];
  return { needs, text, since: first?.endedAt ?? endedAt };
}

/** Where a person is needed, it doubles with each probe in vain. Runs that went on side by side are one. */
function pauseAfter(last: Seen, refusals: readonly Seen[]): number {
  if (last.needs === null) return last.outcome === "quota" ? LIMITS.quotaPauseMs : LIMITS.providerPauseMs;
  let pauseMs = LIMITS.providerPauseMs / 2;
  let over = Number.NEGATIVE_INFINITY;
  for (const { claimedAt, endedAt, needs, isRetried } of refusals) {
    if (needs === null || isRetried || claimedAt < over) continue;
    pauseMs *= 2;
    over = endedAt;
  }
  return Math.min(pauseMs, LIMITS.longestPauseMs);
}

function isProbing(name: string, from: number, { localRuns, missions }: Snapshot): boolean {
  return localRuns.some(({ run, order }) => {
    if (order.runtime?.name !== name) return false;
    const entry = missions.find(({ id }) => id === order.mission)?.ledger.runs.get(run);
    return entry !== undefined && entry.ended === null && entry.claim.record.at >= from;
  });
}
