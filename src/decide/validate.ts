import type { Validate } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { milestoneSteps, onMission } from "./mission-decision.ts";

/** Starts the validation of a milestone or of the whole contract. */
export function decideValidations(state: State): readonly Validate[] {
  return milestoneSteps(state, "validate").map(({ mission, step }) => ({
    kind: "validate",
    ...onMission(mission, step.because),
    milestone: step.milestone,
    checks: step.checks,
  }));
}
