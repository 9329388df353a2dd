import type { MilestoneStep, MissionState, MissionStep, State } from "../model/state.ts";

/** What every decision about a mission carries: it is valid only on the ledger tip that it was made on. */
export function onMission(
  { id, ledger }: MissionState,
  because: string,
): { mission: string; tip: string | null; because: string } {
  return { mission: id, tip: ledger.tip, because };
}

/** The steps of one kind over all missions, each with its mission. */
export function missionSteps<K extends MissionStep["kind"]>(
  state: State,
  kind: K,
): readonly { mission: MissionState; step: Extract<MissionStep, { kind: K }> }[] {
  return state.missions.flatMap((mission) =>
    mission.steps
      .filter((step): step is Extract<MissionStep, { kind: K }> => step.kind === kind)
      .map((step) => ({ mission, step })),
  );
}

/** The steps of one kind of all milestones that act, and of the final validation. */
export function milestoneSteps<K extends MilestoneStep["kind"]>(
  state: State,
  kind: K,
): readonly { mission: MissionState; step: Extract<MilestoneStep, { kind: K }> }[] {
  return state.missions
    .filter(isActing)
    .flatMap((mission) =>
      [...mission.milestones.map(({ step }) => step), mission.final]
        .filter((step): step is Extract<MilestoneStep, { kind: K }> => step.kind === kind)
        .map((step) => ({ mission, step })),
    );
}

/** Whether anything of the mission may start. */
export function isActing(mission: MissionState): boolean {
  return mission.held === null;
}
