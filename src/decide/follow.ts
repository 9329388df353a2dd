import type { Follow } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { mayMoveHome, missionSteps, onMission } from "./mission-decision.ts";

/** Merges the default branch into a home branch. */
export function decideFollows(state: State): readonly Follow[] {
  return missionSteps(state, "follow")
    .filter(({ mission }) => mayMoveHome(mission, "follow"))
    .map(({ mission, step }) => ({ kind: "follow", ...onMission(mission, step.because), head: step.head }));
}
