/**
 * Which ready features start now. The longest line of open dependents goes first, then priority, then name; missions take
 * turns; features with overlapping scopes never run together; what was offered before reserves its part of the budget.
 */

import type { Dispatch } from "../model/decision.ts";
import { scopesOverlap } from "../model/scope.ts";
import type { BudgetState, FeatureState, FeatureStep, MissionState, Offer, State } from "../model/state.ts";
import { isActing, onMission } from "./mission-decision.ts";

interface Offered {
  feature: FeatureState;
  step: Extract<FeatureStep, { kind: "dispatch" }>;
  offer: Offer;
}

export function decideDispatches(state: State): readonly Dispatch[] {
  const queues = state.missions.filter(isActing).map((mission) => planMission(mission));
  const turns: Dispatch[] = [];
  for (let turn = 0; queues.some((queue) => queue.length > turn); turn += 1) {
    for (const queue of queues) {
      const next = queue[turn];
      if (next) turns.push(next);
    }
  }
  return turns.slice(0, state.slots);
}

/** The dispatches that a mission alone would make, best first. */
function planMission(mission: MissionState): readonly Dispatch[] {
  const features = mission.milestones.flatMap((milestone) => milestone.features);
  const running = features.filter(({ live }) => live !== null);
  const room = Math.max(0, (mission.document?.parallel ?? Number.MAX_SAFE_INTEGER) - running.length);
  const purse = openPurse(mission.budget);
  const chosen: Offered[] = [];
  for (const offered of offers(features)) {
    if (chosen.length >= room) break;
    if (chosen.some((other) => scopesOverlap(other.feature.document, offered.feature.document))) continue;
    const reserve = purse.take(offered.offer.reserve);
    if (reserve) chosen.push({ ...offered, offer: { ...offered.offer, reserve } });
  }
  return chosen.map(({ feature, step, offer }) => ({
    kind: "dispatch",
    ...onMission(mission, step.because),
    feature: feature.id,
    attempt: step.attempt,
    spec: feature.document.spec,
    runtime: offer.runtime,
    role: offer.role,
    kept: step.kept,
    session: offer.session,
    reserve: offer.reserve,
  }));
}

function offers(features: readonly FeatureState[]): readonly Offered[] {
  return features
    .flatMap((feature) =>
      feature.step.kind === "dispatch" && feature.step.offer
        ? [{ feature, step: feature.step, offer: feature.step.offer }]
        : [],
    )
    .sort(
      (a, b) =>
        b.offer.rank - a.offer.rank ||
        a.feature.document.priority - b.feature.document.priority ||
        (a.feature.id < b.feature.id ? -1 : 1),
    );
}

/** What is left of the mission's budget while several runs are offered at once. */
function openPurse({ usd, hours, tokens }: BudgetState) {
  const left = {
    usd:
      usd.limit === null
        ? Number.POSITIVE_INFINITY
        : usd.limit - usd.reported - usd.priced - usd.assumed - usd.reserved,
    minutes: hours.limit === null ? Number.POSITIVE_INFINITY : (hours.limit - hours.spent - hours.reserved) * 60,
    tokens: tokens.limit === null ? Number.POSITIVE_INFINITY : tokens.limit - tokens.spent - tokens.reserved,
  };
  return {
    /** null when nothing is left of a part that the run needs. */
    take(reserve: Offer["reserve"]): Offer["reserve"] | null {
      if ((reserve.usd > 0 && left.usd <= 0) || left.minutes <= 0 || left.tokens <= 0) return null;
      const taken = {
        usd: Math.min(reserve.usd, left.usd),
        minutes: Math.min(reserve.minutes, left.minutes),
        tokens: Math.min(reserve.tokens, left.tokens),
      };
      left.usd -= taken.usd;
      left.minutes -= taken.minutes;
      left.tokens -= taken.tokens;
      return taken;
    },
  };
}
