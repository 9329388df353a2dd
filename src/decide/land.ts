import type { Land } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { isActing, missionSteps, onMission } from "./mission-decision.ts";

/** Lands what passed its gate. Home moves once a pulse: a mission that follows now lands on the next one. */
export function decideLandings(state: State): readonly Land[] {
  const following = new Set(missionSteps(state, "follow").map(({ mission }) => mission.id));
  return state.missions.flatMap((mission): readonly Land[] => {
    const { landing, home } = mission;
    if (!landing || !isActing(mission) || following.has(mission.id) || home?.obstacle) return [];
    const because = landing.verdict ? "its gate passed on this code" : "there is nothing to check";
    return [{ kind: "land", ...onMission(mission, because), features: landing.features, verdict: landing.verdict }];
  });
}
