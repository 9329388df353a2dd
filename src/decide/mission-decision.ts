import { checkLabel, checkRole } from "../model/documents.ts";
import { type AskedCheck, isPlayed } from "../model/run.ts";
import type { Judge, MilestoneStep, MissionState, MissionStep, Offer, State } from "../model/state.ts";
import type { Purse } from "./purse.ts";

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

/** Places that agents take in the mission now. */
export function countPlayed({ liveRuns }: MissionState): number {
  return liveRuns.filter(({ claim }) => isPlayed(claim.fact.runKind)).length;
}

/**
 * Who answers the checks of a run that ask an agent, with what is reserved for each; null where nobody can on this host, or
 * the money for it is not there now.
 */
export function takeJudges(
  { judges }: MissionState,
  checks: readonly AskedCheck[],
  purse: Purse,
): { judges?: readonly Judge[] } | null {
  const offers = new Map<string, Offer>();
  for (const { check } of checks) {
    const judge = judges.get(checkRole(check) ?? "");
    if (judge && "condition" in judge) return null;
    if (judge) offers.set(checkLabel(check), judge);
  }
  if (offers.size === 0) return {};
  const wanted = sum([...offers.values()].map(({ reserve }) => reserve));
  // What a role may cost a day has been looked at for each question; where less is left than all want, each gets its part.
  const taken = purse.take({ reserve: wanted, role: "", roleUsd: null });
  if (taken === null) return null;
  const part = (of: keyof Reserve) => (wanted[of] === 0 ? 0 : taken[of] / wanted[of]);
  return {
    judges: [...offers].map(
      ([
        label,
        {
          role,
          runtime,
          reserve: { usd, minutes, tokens },
        },
      ]) => {
        const reserve = {
          usd: usd * part("usd"),
          minutes: minutes * part("minutes"),
          // 0 means that no limit is set.
          tokens: tokens === 0 ? 0 : Math.max(1, Math.floor(tokens * part("tokens"))),
        };
        return { label, role, runtime, reserve };
      },
    ),
  };
}

type Reserve = Offer["reserve"];

function sum(reserves: readonly Reserve[]): Reserve {
  const add = (total: Reserve, { usd, minutes, tokens }: Reserve) => ({
    usd: total.usd + usd,
    minutes: total.minutes + minutes,
    tokens: total.tokens + tokens,
  });
  return reserves.reduce(add, { usd: 0, minutes: 0, tokens: 0 });
}

/** What moves home, the first of them wins: home moves once a pulse, and what follows is decided on what it became. */
const MOVERS = ["follow", "land", "fix", "complete"] as const;

/** Whether one kind of decision may move a mission's home in this pulse. */
export function mayMoveHome(mission: MissionState, mover: (typeof MOVERS)[number]): boolean {
  if (mission.home?.obstacle) return false;
  const moves = {
    follow: mission.steps.some(({ kind }) => kind === "follow"),
    land: mission.landing !== null && isActing(mission),
    fix: [...mission.milestones.map(({ step }) => step), mission.final].some(({ kind }) => kind === "fix"),
    complete: true,
  };
  return MOVERS.find((kind) => kind === mover || moves[kind]) === mover;
}
