import type { RunEntry } from "../model/ledger.ts";
import type { FeatureState, MissionState } from "../model/state.ts";

/** The role that plays a run, as the files name it now: a claim does not say it. null for a run of checks. */
export function runRole(
  { reviewer }: Pick<MissionState, "reviewer">,
  { claim: { fact } }: RunEntry,
  features: ReadonlyMap<string, FeatureState>,
): string | null {
  if (fact.runKind === "review") return reviewer?.role ?? "reviewer";
  if (fact.runKind !== "work" || fact.about.kind !== "feature") return null;
  return features.get(fact.about.feature)?.document.agent ?? null;
}
