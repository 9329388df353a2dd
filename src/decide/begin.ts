import type { Begin } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { missionSteps, onMission } from "./mission-decision.ts";

/** Begins the ledger of a mission that a person made active. */
export function decideBegins(state: State): readonly Begin[] {
  return missionSteps(state, "begin").map(({ mission, step }) => ({
    kind: "begin",
    ...onMission(mission, step.because),
    home: step.home,
  }));
}
