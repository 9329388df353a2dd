import type { RecordVerdict } from "../model/decision.ts";
import type { Chain, MissionState, State } from "../model/state.ts";
import { isActing, milestoneSteps, onMission } from "./mission-decision.ts";

/** Records verdicts that need no process, because nothing is asked. */
export function decideRecords(state: State): readonly RecordVerdict[] {
  const gates = state.missions.filter(isActing).flatMap((mission) => {
    const chains = mission.chain ? [mission.chain, ...mission.aloneGates] : mission.aloneGates;
    return chains.filter(({ checks }) => checks.length === 0).flatMap((chain) => undecided(mission, chain));
  });
  const milestones = milestoneSteps(state, "record").map(({ mission, step }): RecordVerdict => {
    const { milestone, result, because } = step;
    return { kind: "record", ...onMission(mission, because), of: "validate", milestone, features: [], result };
  });
  return [...gates, ...milestones];
}

/** Nothing can tell a chain apart: each of its features waits for a person on its own. */
function undecided(mission: MissionState, { features }: Chain): readonly RecordVerdict[] {
  const on = onMission(mission, "there is nothing to check");
  return features.map((head) => {
    return { kind: "record", ...on, of: "gate", milestone: null, features: [head], result: "inconclusive" };
  });
}
