import type { Merge } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { missionSteps, onMission } from "./mission-decision.ts";

/** Brings signed commits to the default branch. */
export function decideMerges(state: State): readonly Merge[] {
  return missionSteps(state, "merge").map(({ mission, step }) => ({
    kind: "merge",
    ...onMission(mission, step.because),
    milestone: step.milestone,
    head: step.head,
    contained: step.contained,
  }));
}
