import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { FeatureState, MissionState } from "../model/state.ts";
import { indexPlan } from "./plan-index.ts";
import { deriveReadiness } from "./readiness.ts";
import { deriveHostRuntimes } from "./runtime.ts";

/**
 * A feature as it will be when its turn comes, as far as that is known: what it waits for is taken to be over. Its step is a
 * dispatch with an offer, or its condition says why nothing on this host could start it even then.
 */
export function foreseeFeature(
  feature: FeatureState,
  state: Pick<MissionState, "budget" | "reviewer">,
  { mission, snapshot }: { mission: MissionSnapshot; snapshot: Snapshot },
): FeatureState {
  if (feature.step.kind === "dispatch" && feature.step.offer !== null) return feature;
  const { attempt, head: kept, condition } = feature;
  const due: FeatureState = {
    ...feature,
    step: { kind: "dispatch", attempt: attempt + 1, kept, because: condition.message, offer: null },
  };
  const [foreseen] = deriveReadiness([due], {
    mission,
    plan: indexPlan(mission.files),
    snapshot,
    runtimes: deriveHostRuntimes(snapshot),
    budget: state.budget,
    slots: 1,
    held: null,
    reviewer: state.reviewer,
  });
  return foreseen ?? feature;
}
