import type { Adopt } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { onMission } from "./mission-decision.ts";

/** Records landings that the ledger does not know: a person merged, or a crash came between. */
export function decideAdoptions({ missions }: State): readonly Adopt[] {
  return missions.flatMap((mission) =>
    mission.milestones
      .flatMap(({ features }) => features)
      .filter(({ step }) => step.kind === "adopt")
      .map(({ id, document }): Adopt => {
        const on = onMission(mission, "home says done and the ledger does not know");
        return { kind: "adopt", ...on, feature: id, spec: document.spec };
      }),
  );
}
