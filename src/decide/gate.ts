import type { Gate } from "../model/decision.ts";
import type { Chain, MissionState, State } from "../model/state.ts";
import { missionChecksOf } from "./mission-checks.ts";
import { isActing, missionSteps, onMission } from "./mission-decision.ts";

/** Starts gates: one chain for landing a mission at a time, work that a person is to look at alone, and merges. */
export function decideGates(state: State): readonly Gate[] {
  const features = state.missions
    .filter(isActing)
    .flatMap((mission) => [
      ...(mission.chain && mission.chain.checks.length > 0
        ? [ofChain(mission, mission.chain, "delivered work waits to land")]
        : []),
      ...mission.aloneGates
        .filter(({ checks }) => checks.length > 0)
        .map((chain) => ofChain(mission, chain, "before a person looks at it")),
    ]);
  const follows = missionSteps(state, "gate-follow").map(({ mission, step }) =>
    ofMerge(mission, "follow", step.head, null, step.because),
  );
  const signs = missionSteps(state, "gate-sign").map(({ mission, step }) =>
    ofMerge(mission, "sign", step.head, step.milestone, step.because),
  );
  return [...follows, ...signs, ...features];
}

function ofChain(mission: MissionState, chain: Chain, because: string): Gate {
  return {
    kind: "gate",
    ...onMission(mission, because),
    purpose: "features",
    features: chain.features,
    head: null,
    milestone: null,
    checks: chain.checks,
  };
}

function ofMerge(
  mission: MissionState,
  purpose: "follow" | "sign",
  head: string,
  milestone: string | null,
  because: string,
): Gate {
  return {
    kind: "gate",
    ...onMission(mission, because),
    purpose,
    features: [],
    head,
    milestone,
    checks: missionChecksOf(mission),
  };
}
