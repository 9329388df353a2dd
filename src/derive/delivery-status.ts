/** From delivered work to the landing: gate, approval or sign-off, gate again where home moved. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { FeatureStep } from "../model/state.ts";
import { askName, deriveAsk, featureBinding } from "./asks.ts";
import { covers, gateChecks } from "./checks.ts";
import { condition, type FeatureSurroundings, type Row } from "./condition.ts";
import { type Delivery, lastVerdictOn } from "./feature-history.ts";

export function deriveDeliveryStatus(feature: FeatureDocument, delivery: Delivery, around: FeatureSurroundings): Row {
  return personRow(feature, delivery, around) ?? landingRow(feature, delivery, around);
}

/** Why a person must look before this may land; null when nobody need to. */
export function approvalReason(feature: FeatureDocument, { run }: Delivery, signOff: string): string | null {
  const { protectedPaths, outsidePaths } = run.ended.fact;
  const reasons = [
    protectedPaths.length > 0 ? `it changes protected paths: ${protectedPaths.join(", ")}` : null,
    outsidePaths.length > 0 ? `it changes paths outside its scope: ${outsidePaths.join(", ")}` : null,
    feature.risk === "red" ? "its risk is red" : null,
    signOff === "feature" ? "each feature is signed off by a person" : null,
  ].filter((reason) => reason !== null);
  return reasons.length > 0 ? reasons.join("; ") : null;
}

function personRow(feature: FeatureDocument, delivery: Delivery, around: FeatureSurroundings): Row | null {
  const { mission, document } = around;
  const reason = approvalReason(feature, delivery, document.signOff);
  if (reason === null) return null;
  const ask = document.signOff === "feature" ? ("sign-off" as const) : ("approval" as const);
  const boundTo = featureBinding(feature.spec, delivery.head, feature.risk);
  const state = deriveAsk(mission.ledger, { ask, about: feature.id, boundTo });
  if (state.kind === "approved") return null;
  if (state.kind === "open") {
    const next = `mission approve ${askName(mission.id, state.entry)}`;
    return { status: "needs_input", condition: condition(ask, reason, { evidence: [delivery.head], next }) };
  }
  const gated = aloneGate(feature, delivery, around);
  if (gated) return gated;
  const text = `${thingName(mission.id, feature.id)} wants to land: ${reason}`;
  return {
    status: "needs_input",
    condition: condition(ask, reason, { evidence: [delivery.head] }),
    step: { kind: "ask", ask: { ask, about: feature.id, risk: feature.risk, boundTo, text } },
  };
}

/** A candidate is gated alone before a person is asked to look at it. null when that is behind it, or nothing can be checked. */
function aloneGate(feature: FeatureDocument, delivery: Delivery, around: FeatureSurroundings): Row | null {
  const asked = gateChecks(around.mission, [feature]);
  const verdict = lastVerdictOn(around.mission.ledger, feature.id, delivery.head, delivery.run.ended.position);
  if (verdict && covers(verdict, asked) && verdict.fact.result === "passed") return null;
  if (verdict?.fact.result === "unchecked") return null;
  if (verdict?.fact.result === "inconclusive" && covers(verdict, asked))
    return overrideRow(feature, delivery, around, verdict.record.body);
  if (asked.length === 0 && around.document.mode === "poc") return null;
  return reviewRow("gating", "waits for its gate", {
    kind: "gate",
    head: delivery.head,
    alone: true,
    deliveredAt: delivery.run.ended.position,
  });
}

function landingRow(feature: FeatureDocument, delivery: Delivery, around: FeatureSurroundings): Row {
  const { mission, document } = around;
  const deliveredAt = delivery.run.ended.position;
  if (gateChecks(mission, [feature]).length === 0 && document.mode === "poc") {
    return reviewRow("landing", "nothing to check, waits to land", {
      kind: "land-unchecked",
      head: delivery.head,
      deliveredAt,
    });
  }
  const verdict = lastVerdictOn(mission.ledger, feature.id, delivery.head, deliveredAt);
  if (verdict?.fact.result === "inconclusive" && covers(verdict, gateChecks(mission, [feature]))) {
    const waiting = overrideRow(feature, delivery, around, verdict.record.body);
    if (waiting) return waiting;
  }
  return reviewRow("gating", "waits for its gate", { kind: "gate", head: delivery.head, alone: false, deliveredAt });
}

/** Nothing could decide: a person passes it or not. null once passed. */
function overrideRow(
  feature: FeatureDocument,
  delivery: Delivery,
  { mission }: FeatureSurroundings,
  evidence: string,
): Row | null {
  const boundTo = featureBinding(feature.spec, delivery.head);
  const state = deriveAsk(mission.ledger, { ask: "override", about: feature.id, boundTo });
  if (state.kind === "approved") return null;
  const text = `The gate of ${thingName(mission.id, feature.id)} could not decide: ${evidence.trim() || "there is nothing to check"}`;
  return {
    status: "needs_input",
    condition: condition("inconclusive", text.split("\n")[0] ?? "", {
      evidence: [delivery.head],
      next:
        state.kind === "open"
          ? `mission approve ${askName(mission.id, state.entry)}`
          : `mission retry ${thingName(mission.id, feature.id)}`,
    }),
    ...(state.kind === "unasked"
      ? { step: { kind: "ask", ask: { ask: "override", about: feature.id, risk: null, boundTo, text } } as const }
      : {}),
  };
}

function reviewRow(code: string, message: string, step: FeatureStep): Row {
  return { status: "review", condition: condition(code, message), step };
}

/** Whether a person passed what no check could decide, for exactly this spec and head. */
export function isOverridden(mission: FeatureSurroundings["mission"], feature: FeatureDocument, head: string): boolean {
  return (
    deriveAsk(mission.ledger, { ask: "override", about: feature.id, boundTo: featureBinding(feature.spec, head) })
      .kind === "approved"
  );
}
