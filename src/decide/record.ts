import type { RecordVerdict } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { isActing, milestoneSteps, onMission } from "./mission-decision.ts";

/** Records verdicts that need no process, because nothing is asked. */
export function decideRecords(state: State): readonly RecordVerdict[] {
  const milestones = milestoneSteps(state, "record").map(
    ({ mission, step }): RecordVerdict => ({
      kind: "record",
      ...onMission(mission, step.because),
      of: "validate",
      milestone: step.milestone,
      features: [],
      result: step.result,
    }),
  );
  const gates = state.missions.filter(isActing).flatMap((mission) =>
    [mission.chain, ...mission.aloneGates]
      .filter((chain) => chain !== null && chain.checks.length === 0)
      // Nothing can tell a chain apart: each of its features waits for a person on its own.
      .flatMap((chain) => chain?.features ?? [])
      .map(
        (head): RecordVerdict => ({
          kind: "record",
          ...onMission(mission, "there is nothing to check"),
          of: "gate",
          milestone: null,
          features: [head],
          result: "inconclusive",
        }),
      ),
  );
  return [...gates, ...milestones];
}
