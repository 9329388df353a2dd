import type { Complete } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { isActing, mayMoveHome, missionSteps, onMission } from "./mission-decision.ts";

/** Closes a mission whose contract holds and is signed. */
export function decideCompletions(state: State): readonly Complete[] {
  return missionSteps(state, "complete")
    .filter(({ mission }) => isActing(mission) && mayMoveHome(mission, "complete"))
    .map(({ mission, step }) => ({ kind: "complete", ...onMission(mission, step.because) }));
}
