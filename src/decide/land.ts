import type { Land } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { isActing, mayMoveHome, onMission } from "./mission-decision.ts";

/** Lands what passed its gate. */
export function decideLandings({ missions }: State): readonly Land[] {
  return missions.flatMap((mission): readonly Land[] => {
    const { landing } = mission;
    if (!landing || !isActing(mission) || !mayMoveHome(mission, "land")) return [];
    const because = landing.verdict ? "its gate passed on this code" : "there is nothing to check";
    return [{ kind: "land", ...onMission(mission, because), features: landing.features, verdict: landing.verdict }];
  });
}
