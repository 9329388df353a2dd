import type { Fix } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { mayMoveHome, milestoneSteps, onMission } from "./mission-decision.ts";

/** Adds fix features for what a validation found; those of the final one go into the last milestone. */
export function decideFixes(state: State): readonly Fix[] {
  return milestoneSteps(state, "fix").flatMap(({ mission, step }): readonly Fix[] => {
    const last = mission.milestones.findLast(({ status }) => status !== "cancelled")?.id;
    const milestone = step.milestone === "final" ? last : step.milestone;
    if (milestone === undefined || !mayMoveHome(mission, "fix")) return [];
    return [{ kind: "fix", ...onMission(mission, "its validation failed"), milestone, fixes: step.fixes }];
  });
}
