/** Which reviews start now. They go before new work: what is delivered is closer to its landing than what is not begun. */

import type { Review } from "../model/decision.ts";
import type { FeatureState, FeatureStep, MissionState, Offer, State } from "../model/state.ts";
import { countPlayed, isActing, onMission } from "./mission-decision.ts";
import type { Purses } from "./purse.ts";

interface Offered {
  feature: FeatureState;
  step: Extract<FeatureStep, { kind: "review" }>;
  offer: Offer;
}

export function decideReviews(state: State, purses: Purses): readonly Review[] {
  const decisions: Review[] = [];
  const probed = new Set<string>();
  for (const mission of state.missions.filter(isActing)) {
    let room = (mission.document?.parallel ?? Number.MAX_SAFE_INTEGER) - countPlayed(mission);
    for (const offered of listOffers(mission)) {
      const { offer } = offered;
      if (room <= 0 || decisions.length >= state.slots) break;
      if (offer.probe && probed.has(offer.runtime)) continue;
      const reserve = purses(mission).take(offer);
      if (reserve === null) continue;
      if (offer.probe) probed.add(offer.runtime);
      room -= 1;
      decisions.push(reviewOf(mission, offered, reserve));
    }
  }
  return decisions;
}

/** In order of delivery. */
function listOffers({ milestones }: MissionState): readonly Offered[] {
  return milestones
    .flatMap(({ features }) => features)
    .flatMap((feature): readonly Offered[] => {
      const { step } = feature;
      return step.kind === "review" && step.offer ? [{ feature, step, offer: step.offer }] : [];
    })
    .sort((a, b) => a.step.deliveredAt - b.step.deliveredAt);
}

function reviewOf(mission: MissionState, { feature, step, offer }: Offered, reserve: Offer["reserve"]): Review {
  const { runtime, role } = offer;
  const because = "its gate passed";
  const { spec } = feature.document;
  return {
    kind: "review",
    ...onMission(mission, because),
    feature: feature.id,
    head: step.head,
    spec,
    runtime,
    role,
    reserve,
  };
}
