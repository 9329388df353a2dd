/**
 * Which delivered work lands now and which is gated next. A verdict on a chain holds while home has the code tree that the
 * chain was built on: equal inputs give an equal tree, and landing proves it again before it pushes.
 */

import type { FeatureDocument } from "../model/documents.ts";
import type { Entry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { FeatureHead, Verdict } from "../model/record.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Chain, Condition, FeatureState, FeatureStep, Landing } from "../model/state.ts";
import { covers, gateChecks } from "./checks.ts";
import { condition } from "./condition.ts";
import { findLiveGate, isOverridden } from "./delivery-status.ts";
import { recordsOf } from "./feature-records.ts";
import type { PlanIndex } from "./plan-index.ts";
import { deriveStale, type StaleAsk } from "./stale-verdicts.ts";

export interface LandingState {
  landing: Landing | null;
  chain: Chain | null;
  aloneGates: readonly Chain[];
  /** Verdicts came too late again and again: a person is asked. */
  stale: StaleAsk | null;
}

export const NO_LANDING: LandingState = { landing: null, chain: null, aloneGates: [], stale: null };

interface Candidate extends FeatureHead {
  document: FeatureDocument;
  deliveredAt: number;
}

export function deriveLanding(
  mission: MissionSnapshot,
  plan: PlanIndex,
  features: readonly FeatureState[],
): LandingState {
  const isGated = ({ document, head }: Candidate) =>
    findLiveGate(recordsOf(mission.ledger, document).runs, document, head) !== null;
  const toChain = (candidates: readonly Candidate[]) => chainOf(mission, plan, candidates);
  const alone = select(features, (step) => step.kind === "gate" && step.alone);
  const candidates = select(features, (step) => step.kind === "gate" && !step.alone);
  const unchecked = select(features, (step) => step.kind === "land-unchecked");
  const aloneGates = alone.filter((candidate) => !isGated(candidate)).map((candidate) => toChain([candidate]));
  const rest = { ...NO_LANDING, aloneGates };
  const landing = freshLanding(mission, plan, candidates);
  if (landing) return { ...rest, landing };
  if (unchecked.length > 0) return { ...rest, landing: { features: unchecked.map(toHead), verdict: null } };
  if (candidates.length === 0 || candidates.some(isGated)) return rest;
  const stale = deriveStale(mission, candidates);
  return stale ? { ...rest, stale } : { ...rest, chain: toChain(nextLinks(mission, plan, candidates)) };
}

/** Features with a step of one kind, in order of delivery. */
function select(features: readonly FeatureState[], isWanted: (step: FeatureStep) => boolean): readonly Candidate[] {
  return features
    .flatMap(({ id, document, step }): readonly Candidate[] => {
      if (!isWanted(step) || !("deliveredAt" in step)) return [];
      return [{ feature: id, head: step.head, document, deliveredAt: step.deliveredAt }];
    })
    .sort((a, b) => a.deliveredAt - b.deliveredAt);
}

const toHead = ({ feature, head }: Candidate): FeatureHead => ({ feature, head });

function checksOf(mission: MissionSnapshot, plan: PlanIndex, chain: readonly Candidate[]): Chain["checks"] {
  const documents = chain.map(({ document }) => document);
  return gateChecks(mission, documents, plan);
}

function chainOf(mission: MissionSnapshot, plan: PlanIndex, chain: readonly Candidate[]): Chain {
  return { features: chain.map(toHead), purpose: "features", checks: checksOf(mission, plan, chain) };
}

/** The chain of the latest verdict that still lets all of it land. */
function freshLanding(mission: MissionSnapshot, plan: PlanIndex, candidates: readonly Candidate[]): Landing | null {
  const byFeature = new Map(candidates.map((candidate) => [candidate.feature, candidate]));
  const verdict = mission.ledger.verdicts.findLast((entry) => {
    const { about, baseCodeTree, of } = entry.fact;
    if (of !== "gate" || about.kind !== "features" || baseCodeTree !== mission.home?.codeTree) return false;
    const chain = about.features.flatMap(({ feature, head }) => {
      const candidate = byFeature.get(feature);
      return candidate?.head === head ? [candidate] : [];
    });
    return chain.length === about.features.length && mayLand(mission, plan, entry, chain);
  });
  return verdict?.fact.about.kind === "features" ? { features: verdict.fact.about.features, verdict } : null;
}

function mayLand(
  mission: MissionSnapshot,
  plan: PlanIndex,
  verdict: Entry<Verdict>,
  chain: readonly Candidate[],
): boolean {
  const { result } = verdict.fact;
  if (result !== "passed" && result !== "inconclusive") return false;
  if (!covers(verdict, checksOf(mission, plan, chain))) return false;
  return result === "passed" || chain.every(({ document, head }) => isOverridden(mission, document, head));
}

/** A chain that did not pass is halved, down to one whose verdict is its feature's. */
function nextLinks(mission: MissionSnapshot, plan: PlanIndex, candidates: readonly Candidate[]): readonly Candidate[] {
  const verdicts = mission.ledger.verdicts.filter(({ fact }) => {
    return fact.of === "gate" && fact.result !== "passed" && fact.baseCodeTree === mission.home?.codeTree;
  });
  let length = Math.min(LIMITS.chain, candidates.length);
  while (length > 1 && didNotPass(mission, plan, verdicts, candidates.slice(0, length))) {
    length = Math.floor(length / 2);
  }
  return candidates.slice(0, length);
}

/** Whether this chain, or one that it begins with, was judged here and did not pass: what did not merge was left out of it. */
function didNotPass(
  mission: MissionSnapshot,
  plan: PlanIndex,
  verdicts: readonly Entry<Verdict>[],
  chain: readonly Candidate[],
): boolean {
  return verdicts.some((verdict) => {
    const { about, result } = verdict.fact;
    if (about.kind !== "features" || about.features.length > chain.length) return false;
    const begins = about.features.every(
      ({ feature, head }, index) => chain[index]?.feature === feature && chain[index].head === head,
    );
    if (!begins || result === "conflict") return begins;
    return covers(verdict, checksOf(mission, plan, chain.slice(0, about.features.length)));
  });
}

/** What a feature's condition says once it is known what becomes of its work: it lands, or a person is asked. */
export function withLanding(
  mission: MissionSnapshot,
  features: readonly FeatureState[],
  { landing, stale }: LandingState,
  { held, now }: { held: string | null; now: number },
): readonly FeatureState[] {
  const landingNow = new Set(landing?.features.map(({ feature }) => feature));
  const waiting = new Set(stale?.features);
  if (landingNow.size + waiting.size === 0) return features;
  return features.map((feature): FeatureState => {
    if (landingNow.has(feature.id)) return { ...feature, condition: landingCondition(mission, landing, { held, now }) };
    if (!stale || !waiting.has(feature.id)) return feature;
    return { ...feature, status: "needs_input", condition: stale.condition, step: stale.step };
  });
}

/** `held`: why nothing of the mission may land. */
function landingCondition(
  { home }: MissionSnapshot,
  landing: Landing | null,
  { held, now }: { held: string | null; now: number },
): Condition {
  const isPassed = landing?.verdict?.fact.result === "passed";
  const why = isPassed ? "its gate passed" : landing?.verdict ? "a person passed it" : "there is nothing to check";
  if (held !== null) return condition("landing", `${why}; waits: ${held}`);
  if (!home?.obstacle) return condition("landing", `${why}; it lands`);
  // Nothing in git tells when a checkout is free again.
  return condition("landing", `${why}; waits: ${home.obstacle}`, { until: now + LIMITS.checkoutRetryMs });
}
