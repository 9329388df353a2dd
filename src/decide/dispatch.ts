/**
 * Which ready features start now. The longest line of open dependents goes first, then priority, then name; missions take
 * turns; features with overlapping scopes never run together on one home; what is chosen first reserves its part of the
 * budget; a runtime whose provider refused is tried with one run.
 */

import type { Dispatch, Review } from "../model/decision.ts";
import { scopesOverlap } from "../model/scope.ts";
import type { FeatureState, FeatureStep, MissionState, Offer, State } from "../model/state.ts";
import { countPlayed, isActing, onMission } from "./mission-decision.ts";
import type { Purse, Purses } from "./purse.ts";

interface Offered {
  feature: FeatureState;
  step: Extract<FeatureStep, { kind: "dispatch" }>;
  offer: Offer;
}

/** The ready features of one mission, best first, and what it may still start. */
interface Queue {
  mission: MissionState;
  offers: Offered[];
  room: number;
  purse: Purse;
}

/** `reviews` start in the same pulse: they have taken their places, and with what else begins their money. */
export function decideDispatches(
  state: State,
  { purses, reviews }: { purses: Purses; reviews: readonly Review[] },
): readonly Dispatch[] {
  const queues = [...state.missions]
    .filter(isActing)
    .sort(byTurn)
    .map((mission) => openQueue(mission, { purse: purses(mission), reviews }));
  const slots = state.slots - reviews.length;
  const busy = state.missions.flatMap((mission) =>
    featuresOf(mission).flatMap((feature) => (feature.live ? [{ home: mission.home?.branch, feature }] : [])),
  );
  const probed = new Set(reviews.map(({ runtime }) => runtime));
  const dispatches: Dispatch[] = [];
  const mayStart = ({ mission }: Queue, { feature, offer }: Offered) => {
    const isTaken = (other: (typeof busy)[number]) =>
      other.home === mission.home?.branch && scopesOverlap(other.feature.document, feature.document);
    return !busy.some(isTaken) && !(offer.probe && probed.has(offer.runtime));
  };
  let isTurning = true;
  while (isTurning) {
    isTurning = false;
    for (const queue of queues) {
      if (dispatches.length >= slots) return dispatches;
      const next = takeNext(queue, (offered) => mayStart(queue, offered));
      if (!next) continue;
      isTurning = true;
      busy.push({ home: queue.mission.home?.branch, feature: next.feature });
      if (next.offer.probe) probed.add(next.offer.runtime);
      dispatches.push(dispatchOf(queue.mission, next));
    }
  }
  return dispatches;
}

function featuresOf({ milestones }: MissionState): readonly FeatureState[] {
  return milestones.flatMap(({ features }) => features);
}

/** Fewest live runs first, then who was served longest ago, then by name. */
function byTurn(a: MissionState, b: MissionState): number {
  return countPlayed(a) - countPlayed(b) || servedAt(a) - servedAt(b) || (a.id < b.id ? -1 : 1);
}

function servedAt({ ledger }: MissionState): number {
  return ledger.records.findLast(({ fact }) => fact.kind === "claim" && fact.runKind === "work")?.at ?? 0;
}

function openQueue(mission: MissionState, { purse, reviews }: { purse: Purse; reviews: readonly Review[] }): Queue {
  const limit = mission.document?.parallel ?? Number.MAX_SAFE_INTEGER;
  const offers = featuresOf(mission)
    .flatMap((feature): readonly Offered[] => {
      const { step } = feature;
      return step.kind === "dispatch" && step.offer ? [{ feature, step, offer: step.offer }] : [];
    })
    .sort(byUrgency);
  const begun = reviews.filter((review) => review.mission === mission.id).length;
  return { mission, offers, room: limit - countPlayed(mission) - begun, purse };
}

function byUrgency(a: Offered, b: Offered): number {
  return (
    b.offer.rank - a.offer.rank ||
    a.feature.document.priority - b.feature.document.priority ||
    (a.feature.id < b.feature.id ? -1 : 1)
  );
}

/** The first that may start and can be paid. Those passed over can't in this pulse. */
function takeNext(queue: Queue, mayStart: (offered: Offered) => boolean): Offered | null {
  while (queue.room > 0) {
    const offered = queue.offers.shift();
    if (!offered) return null;
    const reserve = mayStart(offered) ? queue.purse.take(offered.offer) : null;
    if (!reserve) continue;
    queue.room -= 1;
    return { ...offered, offer: { ...offered.offer, reserve } };
  }
  return null;
}

/** How a feature with an offer is given away when nothing else is asked of the same host and budget. */
export function foreseeDispatch(mission: MissionState, feature: FeatureState): Dispatch | null {
  const { step } = feature;
  return step.kind === "dispatch" && step.offer ? dispatchOf(mission, { feature, step, offer: step.offer }) : null;
}

function dispatchOf(mission: MissionState, { feature, step, offer }: Offered): Dispatch {
  const { runtime, role, session, reserve } = offer;
  return {
    kind: "dispatch",
    ...onMission(mission, step.because),
    feature: feature.id,
    attempt: step.attempt,
    spec: feature.document.spec,
    runtime,
    role,
    kept: step.kept,
    session,
    reserve,
  };
}
