import { isSilence } from "../../model/silence.ts";
import type { MissionState, State } from "../../model/state.ts";
import type { PulseResult } from "../../pulse.ts";

/** A provider that needs a person first is asked again now and then: it seldom mends itself. */
const NEEDS_PERSON = "provider";

/** Why `mission run` has nothing left to do. */
export type RunEnd = "finished" | "waits";

export function isOver({ status }: MissionState): boolean {
  return status === "completed" || status === "cancelled" || status === "gone";
}

/**
 * null while something moves: a run, a decision that was carried out or waits to be, or a pause that the clock ends. What was
 * refused is not carried out by waiting.
 */
export function endOf(
  state: State,
  missions: readonly string[],
  { applied, busy }: Pick<PulseResult, "applied" | "busy">,
): RunEnd | null {
  if (busy) return null;
  const mine = state.missions.filter(({ id }) => missions.includes(id));
  const isActing =
    applied.some(({ applied: { kind } }) => kind !== "failed") ||
    state.withdrawals.length > 0 ||
    state.unsettled.length > 0;
  if (isActing || mine.some(({ liveRuns }) => liveRuns.length > 0)) return null;
  if (mine.every(isOver)) return "finished";
  // A remote that can't be reached may come back; whatever else keeps this host from starting anything is a person's to mend.
  if (state.idle !== null) return isCutOff(state) ? null : "waits";
  const refused = new Set(applied.flatMap(({ decision }) => ("mission" in decision ? [decision.mission] : [])));
  return mine.some((mission) => movesLater(mission, state, refused)) ? null : "waits";
}

function isCutOff({ idle, authority, stopped }: State): boolean {
  return !stopped && idle !== null && isSilence(idle, authority);
}

function movesLater(mission: MissionState, { at, stopped }: State, refused: ReadonlySet<string>): boolean {
  if (stopped || mission.paused || isOver(mission)) return false;
  const things = mission.milestones.flatMap((milestone) => [milestone, ...milestone.features]);
  const starts = !refused.has(mission.id) && things.some(({ step }) => step.kind === "dispatch");
  return (
    starts || things.some(({ condition: { code, until } }) => until !== null && until > at && code !== NEEDS_PERSON)
  );
}
