import type { Land } from "../model/decision.ts";
import type { Landing, State } from "../model/state.ts";
import { isActing, mayMoveHome, onMission } from "./mission-decision.ts";

/** Lands what passed its gate. */
export function decideLandings({ missions }: State): readonly Land[] {
  return missions.flatMap((mission): readonly Land[] => {
    const { landing } = mission;
    if (!landing || !isActing(mission) || !mayMoveHome(mission, "land")) return [];
    const { features, verdict } = landing;
    return [{ kind: "land", ...onMission(mission, becauseOf(verdict)), features, verdict }];
  });
}

/** What was inconclusive lands on a person's word. */
function becauseOf(verdict: Landing["verdict"]): string {
  if (verdict === null) return "there is nothing to check";
  return verdict.fact.result === "passed" ? "its gate passed on this code" : "a person passed it on this code";
}
