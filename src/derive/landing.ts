/**
 * Which delivered work lands now and which is gated next. A verdict on a chain holds while home has the code tree that the
 * chain was built on: equal inputs give an equal tree, and landing proves it again before it pushes.
 */

import type { FeatureDocument } from "../model/documents.ts";
import type { Entry, Ledger } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { FeatureHead, Verdict } from "../model/record.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Chain, FeatureState, Landing, NewAsk } from "../model/state.ts";
import { deriveAsk } from "./asks.ts";
import { covers, gateChecks } from "./checks.ts";
import { isOverridden } from "./delivery-status.ts";

export interface LandingState {
  landing: Landing | null;
  chain: Chain | null;
  aloneGates: readonly Chain[];
  /** Verdicts came too late again and again: a person is asked. */
  stale: NewAsk | null;
}

interface Candidate extends FeatureHead {
  document: FeatureDocument;
}

export function deriveLanding(mission: MissionSnapshot, features: readonly FeatureState[]): LandingState {
  const { ledger, home } = mission;
  const candidates = waiting(features, "chain");
  const alone = waiting(features, "alone").filter((candidate) => !isGated(ledger, candidate));
  const aloneGates = alone.map((candidate) => chainOf(mission, [candidate]));
  const nothing = { landing: null, chain: null, aloneGates, stale: null };
  if (!home) return nothing;
  const fresh = freshVerdict(mission, candidates);
  if (fresh) return { ...nothing, landing: fresh };
  const unchecked = waiting(features, "unchecked");
  if (unchecked.length > 0) return { ...nothing, landing: { features: unchecked.map(toHead), verdict: null } };
  if (candidates.length === 0 || candidates.some((candidate) => isGated(ledger, candidate))) return nothing;
  const stale = staleAsk(mission);
  if (stale) return { ...nothing, stale: stale.unasked };
  return { ...nothing, chain: nextChain(mission, candidates) };
}

/** In order of delivery. */
function waiting(features: readonly FeatureState[], kind: "chain" | "alone" | "unchecked"): readonly Candidate[] {
  return features
    .flatMap(({ id, document, step }) => {
      if (step.kind === "gate" && step.alone === (kind === "alone") && kind !== "unchecked")
        return [{ feature: id, head: step.head, document, at: step.deliveredAt }];
      if (step.kind === "land-unchecked" && kind === "unchecked")
        return [{ feature: id, head: step.head, document, at: step.deliveredAt }];
      return [];
    })
    .sort((a, b) => a.at - b.at);
}

const toHead = ({ feature, head }: Candidate): FeatureHead => ({ feature, head });

function chainOf(mission: MissionSnapshot, candidates: readonly Candidate[]): Chain {
  return {
    features: candidates.map(toHead),
    purpose: "features",
    checks: gateChecks(
      mission,
      candidates.map(({ document }) => document),
    ),
  };
}

/** A live gate judges this very head. */
function isGated(ledger: Ledger, { feature, head }: FeatureHead): boolean {
  return (ledger.byFeature.get(feature)?.runs ?? []).some(
    ({ claim, ended }) =>
      ended === null &&
      claim.fact.runKind === "gate" &&
      claim.fact.about.kind === "features" &&
      claim.fact.about.features.some((other) => other.feature === feature && other.head === head),
  );
}

function freshVerdict(mission: MissionSnapshot, candidates: readonly Candidate[]): Landing | null {
  const byFeature = new Map(candidates.map((candidate) => [candidate.feature, candidate]));
  for (const verdict of [...mission.ledger.verdicts].reverse()) {
    const { about, baseCodeTree, of } = verdict.fact;
    if (of !== "gate" || about.kind !== "features" || baseCodeTree !== mission.home?.codeTree) continue;
    const chain = about.features.map(({ feature, head }) =>
      byFeature.get(feature)?.head === head ? byFeature.get(feature) : undefined,
    );
    if (!chain.every((candidate) => candidate !== undefined)) continue;
    if (mayLand(mission, verdict, chain)) return { features: about.features, verdict };
  }
  return null;
}

function mayLand(mission: MissionSnapshot, verdict: Entry<Verdict>, chain: readonly Candidate[]): boolean {
  if (
    !covers(
      verdict,
      gateChecks(
        mission,
        chain.map(({ document }) => document),
      ),
    )
  )
    return false;
  if (verdict.fact.result === "passed") return true;
  return (
    verdict.fact.result === "inconclusive" && chain.every(({ document, head }) => isOverridden(mission, document, head))
  );
}

/** A chain that did not pass is halved, down to one whose verdict is its feature's. */
function nextChain(mission: MissionSnapshot, candidates: readonly Candidate[]): Chain {
  let length = Math.min(LIMITS.chain, candidates.length);
  while (length > 1 && didNotPass(mission, candidates.slice(0, length))) length = Math.floor(length / 2);
  return chainOf(mission, candidates.slice(0, length));
}

function didNotPass(mission: MissionSnapshot, chain: readonly Candidate[]): boolean {
  return mission.ledger.verdicts.some(
    ({ fact }) =>
      fact.of === "gate" &&
      fact.result !== "passed" &&
      fact.about.kind === "features" &&
      fact.baseCodeTree === mission.home?.codeTree &&
      sameHeads(fact.about.features, chain),
  );
}

function sameHeads(a: readonly FeatureHead[], b: readonly FeatureHead[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ feature, head }, index) => b[index]?.feature === feature && b[index].head === head)
  );
}

/** Passed gates in a row whose home had moved before they could land. */
function staleAsk(mission: MissionSnapshot): { unasked: NewAsk | null } | null {
  const { ledger, home } = mission;
  const answered =
    ledger.asks.findLast(({ asked, answered }) => asked.fact.ask === "stale" && answered !== null)?.answered
      ?.position ?? -1;
  const landed = ledger.landed.findLast(({ fact }) => fact.run !== null)?.position ?? -1;
  const missed = ledger.verdicts.filter(
    ({ position, fact }) =>
      position > Math.max(answered, landed) &&
      fact.of === "gate" &&
      fact.about.kind === "features" &&
      fact.result === "passed" &&
      fact.baseCodeTree !== home?.codeTree,
  );
  const first = missed[0];
  if (!first || missed.length < LIMITS.staleVerdicts) return null;
  const ask: NewAsk = {
    ask: "stale",
    about: null,
    risk: null,
    boundTo: first.record.id,
    text: `${missed.length} gates in a row passed too late: ${home?.branch} had moved in code before their work could land. Hold other changes of it back for the time of a gate, or shorten the checks; then answer to go on.`,
  };
  return { unasked: deriveAsk(ledger, ask).kind === "unasked" ? ask : null };
}
