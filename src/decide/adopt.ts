import type { Adopt } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { onMission } from "./mission-decision.ts";

/** Records landings that the ledger does not know: a person merged, or a crash came between. */
export function decideAdoptions({ missions }: State): readonly Adopt[] {
  return missions.flatMap((mission) => {
    if (mission.status === "planning" || mission.ledger.created === null) return [];
    const features = mission.milestones.flatMap((milestone) => milestone.features);
    return features
      .filter(({ step }) => step.kind === "adopt")
      .map(
        ({ id, document }): Adopt => ({
          kind: "adopt",
          ...onMission(mission, "home says done and the ledger does not know"),
          feature: id,
          spec: document.spec,
        }),
      );
  });
}
