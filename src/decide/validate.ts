import type { Validate } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { milestoneSteps, onMission, takeJudges } from "./mission-decision.ts";
import type { Purses } from "./purse.ts";

/** Starts the validation of a milestone or of the whole contract. */
export function decideValidations(state: State, purses: Purses): readonly Validate[] {
  return milestoneSteps(state, "validate").flatMap(({ mission, step }): readonly Validate[] => {
    const { milestone, checks, because } = step;
    const taken = takeJudges(mission, checks, purses(mission));
    return taken ? [{ kind: "validate", ...onMission(mission, because), milestone, checks, ...taken }] : [];
  });
}
