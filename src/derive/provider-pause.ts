/**
 * Runtimes whose provider refused work on this host: they rest until the moment that the provider gave, then one run goes
 * first, and with its success the others. What was under way before says nothing: only a run claimed afterwards counts.
 */

import { LIMITS } from "../model/limits.ts";
import type { Outcome } from "../model/record.ts";
import type { Snapshot } from "../model/snapshot.ts";

export type ProviderPause =
  | { kind: "rests"; until: number }
  /** The next run is the probe. */
  | { kind: "probe" }
  | { kind: "probing" };

const REFUSED: readonly Outcome[] = ["quota", "provider"];
/** Says nothing about the provider. */
const UNKNOWN: readonly Outcome[] = ["lost", "stopped", "setup-failed"];

interface Seen {
  claimedAt: number;
  endedAt: number;
  outcome: Outcome;
  until: number | null;
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

function endedOnThisHost({ missions, host }: Snapshot): ReadonlyMap<string, Seen[]> {
  const seen = new Map<string, Seen[]>();
  for (const { ledger } of missions) {
    for (const { claim, ended } of ledger.runs.values()) {
      if (!ended || claim.fact.host !== host || ended.fact.runtime === null) continue;
      const runs = seen.get(ended.fact.runtime) ?? [];
      if (runs.length === 0) seen.set(ended.fact.runtime, runs);
      const { outcome, until } = ended.fact;
      runs.push({ claimedAt: claim.record.at, endedAt: ended.record.at, outcome, until });
    }
  }
  return seen;
}

function derivePause(name: string, runs: readonly Seen[], snapshot: Snapshot): ProviderPause | null {
  const refusals = runs.filter(({ outcome }) => REFUSED.includes(outcome));
  const last = refusals.reduce<Seen | null>(
    (latest, run) => (latest && latest.endedAt > run.endedAt ? latest : run),
    null,
  );
  if (!last) return null;
  const pauseMs = last.outcome === "quota" ? LIMITS.quotaPauseMs : LIMITS.providerPauseMs;
  const until = last.until ?? last.endedAt + pauseMs;
  if (until > snapshot.now) return { kind: "rests", until };
  // Git keeps whole seconds: a probe may seem to begin a little before.
  const from = Math.floor(until / 1000) * 1000;
  if (runs.some((run) => run.claimedAt >= from && !REFUSED.includes(run.outcome) && !UNKNOWN.includes(run.outcome)))
    return null;
  return isProbing(name, from, snapshot) ? { kind: "probing" } : { kind: "probe" };
}

function isProbing(name: string, from: number, { localRuns, missions }: Snapshot): boolean {
  return localRuns.some(({ run, order }) => {
    if (order.runtime?.name !== name) return false;
    const entry = missions.find(({ id }) => id === order.mission)?.ledger.runs.get(run);
    return entry !== undefined && entry.ended === null && entry.claim.record.at >= from;
  });
}
