import { LIMITS } from "../model/limits.ts";
import type { FeatureHead } from "../model/record.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { NewAsk } from "../model/state.ts";
import { deriveAsk, type Waiting, waitForPerson } from "./asks.ts";

export interface StaleAsk extends Waiting {
  /** The work that waits for the answer. */
  features: readonly string[];
}

/**
 * Asks a person when gates of work that was free to land passed three times in a row, and each time home had moved in code
 * before it could. Any answer begins a new row, as does a landing.
 */
export function deriveStale(mission: MissionSnapshot, candidates: readonly FeatureHead[]): StaleAsk | null {
  const { ledger, home } = mission;
  const heads = new Map(candidates.map(({ feature, head }) => [feature, head]));
  const answered = ledger.asks.findLast((entry) => entry.asked.fact.ask === "stale" && entry.answered !== null);
  const landed = ledger.landed.findLast(({ fact }) => fact.run !== null);
  const since = Math.max(answered?.answered?.position ?? -1, landed?.position ?? -1);
  const missed = ledger.verdicts.filter(({ position, fact: { of, about, result, baseCodeTree } }) => {
    if (position <= since || of !== "gate" || about.kind !== "features" || result !== "passed") return false;
    return baseCodeTree !== home?.codeTree && about.features.every(({ feature, head }) => heads.get(feature) === head);
  });
  const first = missed[0];
  if (!first || missed.length < LIMITS.staleVerdicts) return null;
  const text = `${missed.length} gates in a row passed too late: ${home?.branch} had moved in code before their work could land. Hold other changes of it back for the time of a gate, or shorten the checks; then answer to go on.`;
  const ask: NewAsk = { ask: "stale", about: null, risk: null, boundTo: first.record.id, text };
  const told = {
    code: "stale",
    message: `${missed.length} gates in a row passed too late: home moves faster than they run`,
  };
  return { ...waitForPerson(mission, ask, told, deriveAsk(ledger, ask)), features: [...heads.keys()] };
}
