import type { RunEntry } from "../model/ledger.ts";
import type { FeatureState, MissionState } from "../model/state.ts";

/** The role that plays a run, as its end says; until then as the files name it now. null for a run of checks. */
export function runRole(
  { reviewer }: Pick<MissionState, "reviewer">,
  { claim: { fact }, settled }: RunEntry,
  features: ReadonlyMap<string, FeatureState>,
): string | null {
  if (settled?.fact.agent !== undefined) return settled.fact.agent;
  if (fact.runKind === "review") return reviewer?.role ?? "reviewer";
  if (fact.runKind !== "work" || fact.about.kind !== "feature") return null;
  return features.get(fact.about.feature)?.document.agent ?? null;
}
