/** From delivered work to the landing: gate, review, approval or sign-off, gate again where home moved. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry, RunEntry } from "../model/ledger.ts";
import type { Verdict } from "../model/record.ts";
import type { FeatureStep } from "../model/state.ts";
import { type AskState, deriveAsk, featureBinding, waitForPerson } from "./asks.ts";
import { covers, gateChecks } from "./checks.ts";
import { condition, type FeatureSurroundings, type Row } from "./condition.ts";
import { firstLine } from "./ended-run.ts";
import type { Delivery, FeatureHistory } from "./feature-history.ts";
import { isOnHead } from "./feature-records.ts";
import { deriveTrouble } from "./judge-trouble.ts";
import { deriveReviewStatus } from "./review-status.ts";

export const WAITS_FOR_GATE = "waits for its gate";

/** A delivery with what its gate would ask and what the last one on this very head said. */
interface Delivered extends Delivery {
  feature: FeatureDocument;
  history: FeatureHistory;
  hasChecks: boolean;
  /** Answers all that is asked now. */
  verdict: Entry<Verdict> | null;
}

/** null where nothing is delivered for the present spec, or it was sent back. */
export function deriveDeliveryStatus(
  feature: FeatureDocument,
  history: FeatureHistory,
  around: FeatureSurroundings,
): Row | null {
  if (!history.delivery) return null;
  const { head, run } = history.delivery;
  const asked = gateChecks(around.mission, [feature], around.plan);
  const last = history.records.verdicts.findLast(
    (entry) => entry.fact.of === "gate" && entry.position > run.ended.position && isOnHead(entry, head),
  );
  // A verdict that asked nothing is one on nothing to ask.
  const verdict = last && covers(last, asked) ? last : null;
  const delivered = { ...history.delivery, feature, history, hasChecks: asked.length > 0, verdict };
  return (
    refusedRow(delivered, around) ??
    troubleRow(delivered, around) ??
    reviewRow(delivered, around) ??
    personRow(delivered, around) ??
    landingRow(delivered, around)
  );
}

function refusedRow({ feature, history: { refused } }: Delivered, { mission }: FeatureSurroundings): Row | null {
  if (!refused) return null;
  const next = `mission retry ${thingName(mission.id, feature.id)}`;
  const told = condition(refused.fact.reason, firstLine(refused.record.body), { evidence: [refused.record.id], next });
  return { status: "blocked", condition: told };
}

function troubleRow({ feature, head, history }: Delivered, { mission }: FeatureSurroundings): Row | null {
  const gates = history.records.runs.filter(
    ({ claim }) => claim.fact.runKind === "gate" && judges(claim.fact.about, feature, head),
  );
  const trouble = deriveTrouble(gates, { what: "gate", base: mission.home?.tip ?? null, since: history.since });
  if (!trouble) return null;
  const next =
    trouble.code === "setup"
      ? `mission edit ${mission.id} (its setup)`
      : `mission show ${thingName(mission.id, feature.id)}, then mission retry ${thingName(mission.id, feature.id)}`;
  return {
    status: "blocked",
    condition: condition(trouble.code, trouble.message, { evidence: trouble.evidence, next }),
  };
}

/** Why a person must look before this may land; null when nobody need to. */
function approvalReason({ feature, run }: Delivered, signOff: string): string | null {
  const { protectedPaths, outsidePaths } = run.ended.fact;
  const reasons = [
    protectedPaths.length > 0 ? `it changes protected paths: ${protectedPaths.join(", ")}` : null,
    outsidePaths.length > 0 ? `it changes paths outside its scope: ${outsidePaths.join(", ")}` : null,
    feature.risk === "red" ? "its risk is red" : null,
    signOff === "feature" ? "each feature is signed off by a person" : null,
  ].filter((reason) => reason !== null);
  return reasons.length > 0 ? reasons.join("; ") : null;
}

/** A candidate is gated alone before its review. */
function reviewRow(delivered: Delivered, around: FeatureSurroundings): Row | null {
  const { feature, history } = delivered;
  const row = deriveReviewStatus({ feature, history, delivery: delivered }, around);
  return row && (aloneGate(delivered, around) ?? row);
}

function personRow(delivered: Delivered, around: FeatureSurroundings): Row | null {
  const { mission, document } = around;
  const { feature, head } = delivered;
  const reason = approvalReason(delivered, document.signOff);
  if (reason === null) return null;
  const ask = {
    ask: document.signOff === "feature" ? ("sign-off" as const) : ("approval" as const),
    about: feature.id,
    risk: feature.risk,
    boundTo: featureBinding(feature.spec, head, feature.risk),
    text: `${thingName(mission.id, feature.id)} wants to land: ${reason}`,
  };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return null;
  const gate = state.kind === "open" ? null : aloneGate(delivered, around);
  return (
    gate ?? {
      status: "needs_input",
      ...waitForPerson(mission, ask, { code: ask.ask, message: reason, evidence: [head] }, state),
    }
  );
}

/** A candidate is gated alone before a reviewer or a person is asked to look at it. null when that is behind it, or nothing can be checked. */
function aloneGate(delivered: Delivered, around: FeatureSurroundings): Row | null {
  const { verdict, hasChecks } = delivered;
  if (verdict?.fact.result === "passed" || verdict?.fact.result === "unchecked") return null;
  if (verdict?.fact.result === "inconclusive") return overrideRow(delivered, around);
  if (!hasChecks && around.document.mode === "poc") return null;
  return gatingRow(delivered, true);
}

function landingRow(delivered: Delivered, around: FeatureSurroundings): Row {
  const { head, run, verdict, hasChecks } = delivered;
  if (!hasChecks && around.document.mode === "poc") {
    const step = { kind: "land-unchecked" as const, head, deliveredAt: run.ended.position };
    return { status: "review", condition: condition("landing", "there is nothing to check"), step };
  }
  const undecided = verdict?.fact.result === "inconclusive" ? overrideRow(delivered, around) : null;
  return undecided ?? gatingRow(delivered, false);
}

/** Nothing could decide: a person passes it or not. null once passed. */
function overrideRow({ feature, head, verdict }: Delivered, { mission }: FeatureSurroundings): Row | null {
  const state = overrideState(mission, feature, head);
  if (state.kind === "approved") return null;
  const why = verdict?.record.body.trim() || "there is nothing to check";
  const text = `The gate of ${thingName(mission.id, feature.id)} could not decide: ${why}`;
  const ask = { ...overrideOf(feature, head), risk: null, text };
  const told = { code: "inconclusive", message: firstLine(text), evidence: [head] };
  return { status: "needs_input", ...waitForPerson(mission, ask, told, state) };
}

function overrideOf(feature: FeatureDocument, head: string) {
  return { ask: "override" as const, about: feature.id, boundTo: featureBinding(feature.spec, head) };
}

function overrideState({ ledger }: FeatureSurroundings["mission"], feature: FeatureDocument, head: string): AskState {
  return deriveAsk(ledger, overrideOf(feature, head));
}

/** Whether a person passed what no check could decide, for exactly this spec and head. */
export function isOverridden(mission: FeatureSurroundings["mission"], feature: FeatureDocument, head: string): boolean {
  return overrideState(mission, feature, head).kind === "approved";
}

function gatingRow({ feature, head, run, history }: Delivered, alone: boolean): Row {
  const live = findLiveGate(history.records.runs, feature, head);
  const step: FeatureStep = { kind: "gate", head, alone, deliveredAt: run.ended.position };
  const told = live
    ? condition("gating", "its gate runs", { evidence: [live.run] })
    : condition("gating", WAITS_FOR_GATE);
  return { status: "review", condition: told, step };
}

/** The gate that judges this very head now, alone or in a chain. */
export function findLiveGate(runs: readonly RunEntry[], feature: FeatureDocument, head: string): RunEntry | null {
  return (
    runs.find(
      ({ claim, ended }) => ended === null && claim.fact.runKind === "gate" && judges(claim.fact.about, feature, head),
    ) ?? null
  );
}

function judges(about: Verdict["about"], feature: FeatureDocument, head: string): boolean {
  return (
    about.kind === "features" &&
    about.features.some((other) => isFeature(other.feature, feature) && other.head === head)
  );
}

function isFeature(id: string, feature: FeatureDocument): boolean {
  return id === feature.id || id === feature.was;
}
