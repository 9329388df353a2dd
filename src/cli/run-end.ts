import type { MissionState, State } from "../model/state.ts";
import type { PulseResult } from "../pulse.ts";

/** Why `mission run` has nothing left to do. */
export type RunEnd = "finished" | "waits";

export function isOver({ status }: MissionState): boolean {
  return status === "completed" || status === "cancelled" || status === "gone";
}

/** null while something moves: a run, a decision that was carried out or will be tried again, or a pause that the clock ends. */
export function endOf(
  state: State,
  missions: readonly string[],
  { applied }: Pick<PulseResult, "applied">,
): RunEnd | null {
  const mine = state.missions.filter(({ id }) => missions.includes(id));
  const isActing = applied.length > 0 || state.withdrawals.length > 0 || state.unsettled.length > 0;
  if (isActing || mine.some(({ liveRuns }) => liveRuns.length > 0)) return null;
  if (mine.every(isOver)) return "finished";
  // A remote that can't be reached may come back; a stop is a person's word.
  if (state.idle !== null && !state.stopped) return null;
  return mine.some((mission) => movesLater(mission, state)) ? null : "waits";
}

function movesLater(mission: MissionState, { at, stopped }: State): boolean {
  if (stopped || mission.paused || isOver(mission)) return false;
  const things = mission.milestones.flatMap((milestone) => [milestone, ...milestone.features]);
  return things.some(
    ({ condition, step }) => (condition.until !== null && condition.until > at) || step.kind === "dispatch",
  );
}
