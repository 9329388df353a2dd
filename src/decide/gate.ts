import type { Gate } from "../model/decision.ts";
import type { Chain, MissionState, MissionStep, State } from "../model/state.ts";
import { isActing, missionSteps, onMission, takeJudges } from "./mission-decision.ts";
import type { Purses } from "./purse.ts";

/** Starts gates: one chain for landing a mission at a time, work that a person is to look at alone, merges, and what a person put on home. */
export function decideGates(state: State, purses: Purses): readonly Gate[] {
  // A chain is built on home: where home moves now, on what it becomes.
  const isMoving = (mission: MissionState) => mission.steps.some(({ kind }) => kind === "follow");
  const features = state.missions
    .filter((mission) => isActing(mission) && !isMoving(mission) && mission.unjudged === null)
    .flatMap((mission) => [
      ...gatesOf(mission, mission.chain ? [mission.chain] : [], "delivered work waits to land"),
      ...gatesOf(mission, mission.aloneGates, "before anybody looks at it"),
    ]);
  const follows = missionSteps(state, "gate-follow").map(({ mission, step }) => ofMerge(mission, step, "follow", null));
  const signs = missionSteps(state, "gate-sign").map(({ mission, step }) =>
    ofMerge(mission, step, "sign", step.milestone),
  );
  const homes = missionSteps(state, "gate-home").map(({ mission, step }) => ofHome(mission, step));
  const missions = new Map(state.missions.map((mission) => [mission.id, mission]));
  return [...follows, ...signs, ...homes, ...features].flatMap((gate) => {
    const mission = missions.get(gate.mission);
    const taken = mission && takeJudges(mission, gate.checks, purses(mission));
    return taken ? [{ ...gate, ...taken }] : [];
  });
}

/** A chain that asks nothing needs no run. */
function gatesOf(mission: MissionState, chains: readonly Chain[], because: string): readonly Gate[] {
  return chains
    .filter(({ checks }) => checks.length > 0)
    .map(({ features, checks }) => ({
      kind: "gate",
      ...onMission(mission, because),
      purpose: "features",
      features,
      head: null,
      milestone: null,
      checks,
    }));
}

function ofMerge(
  mission: MissionState,
  { because, head, checks }: Extract<MissionStep, { kind: "gate-follow" | "gate-sign" }>,
  purpose: "follow" | "sign",
  milestone: string | null,
): Gate {
  return { kind: "gate", ...onMission(mission, because), purpose, features: [], head, milestone, checks };
}

function ofHome(mission: MissionState, { because, checks }: Extract<MissionStep, { kind: "gate-home" }>): Gate {
  const head = mission.home?.tip ?? null;
  return { kind: "gate", ...onMission(mission, because), purpose: "home", features: [], head, milestone: null, checks };
}
