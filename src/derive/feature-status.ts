/** The status of one feature: the first row of the table that holds wins. What the engine would do next comes along. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { AskKind } from "../model/record.ts";
import type { FeatureState, FeatureStatus, FeatureStep } from "../model/state.ts";
import { describeAsk, featureBinding, waitForPerson } from "./asks.ts";
import { hasGateChecks } from "./checks.ts";
import { condition, type FeatureSurroundings, type Row } from "./condition.ts";
import { deriveControl, describeControl } from "./control.ts";
import { featureCost } from "./cost.ts";
import { deriveDeliveryStatus } from "./delivery-status.ts";
import { describeEnd, firstLine } from "./ended-run.ts";
import { deriveFeatureHistory, type FeatureHistory } from "./feature-history.ts";
import { idsOf } from "./feature-records.ts";
import { describeFinding } from "./plan-index.ts";

export function deriveFeature(feature: FeatureDocument, around: FeatureSurroundings): FeatureState {
  const { mission, plan } = around;
  const history = deriveFeatureHistory(mission.ledger, feature, {
    mission: mission.id,
    limits: mission.repository.config.limits,
    candidate: mission.candidates[feature.id] ?? null,
    hasChecks: hasGateChecks(mission, plan, feature),
  });
  const row = stoppingRow(feature, history, around) ?? movingRow(feature, history, around);
  return {
    id: feature.id,
    document: feature,
    status: row.status,
    condition: row.condition,
    attempt: history.runs.length,
    round: history.rounds,
    run: history.live?.run ?? history.runs.at(-1)?.run ?? null,
    live: history.live,
    head: history.delivery?.head ?? history.kept,
    cost: featureCost(mission.ledger, feature),
    step: row.step ?? { kind: "none" },
    // Blocked is a badge on the column that it would be in.
    column: columnOf(row.status === "blocked" ? unblockedStatus(feature, history, around) : row.status),
  };
}

/** What decides whatever the work is like. */
function stoppingRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row | null {
  return (
    doneRow(feature, history, around) ??
    cancelledRow(feature, around) ??
    revertedRow(feature, history, around) ??
    invalidRow(feature, around) ??
    heldRow(feature, history, around)
  );
}

function movingRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row {
  return (
    runningRow(history) ??
    questionRow(feature, history, around) ??
    deriveDeliveryStatus(feature, history, around) ??
    cappedRow(feature, history, around) ??
    waitingRow(feature, history, around)
  );
}

function unblockedStatus(
  feature: FeatureDocument,
  history: FeatureHistory,
  around: FeatureSurroundings,
): FeatureStatus {
  if (history.live) return "in_progress";
  return history.delivery ? "review" : waitingRow(feature, history, around).status;
}

function columnOf(status: FeatureStatus): FeatureState["column"] {
  switch (status) {
    case "backlog":
      return "backlog";
    case "ready":
    case "blocked":
      return "up-next";
    case "in_progress":
      return "in-progress";
    case "review":
    case "needs_input":
      return "review";
    case "done":
    case "cancelled":
      return "done";
  }
}

function doneRow(feature: FeatureDocument, { landed }: FeatureHistory, { mission }: FeatureSurroundings): Row | null {
  if (feature.status !== "done") return null;
  const isUnknown = !landed && mission.ledgerState === "ok";
  const step: FeatureStep = isUnknown ? { kind: "adopt" } : { kind: "none" };
  const evidence = landed ? [landed.record.id] : [];
  return { status: "done", condition: condition("done", "its file on home says done", { evidence }), step };
}

function cancelledRow(feature: FeatureDocument, { plan, document }: FeatureSurroundings): Row | null {
  const isOver = plan.milestones.get(feature.milestone)?.status === "cancelled";
  const byMission = document.status === "cancelled" ? "the mission" : null;
  const by = feature.status === "cancelled" ? "its file" : isOver ? "its milestone" : byMission;
  return by ? { status: "cancelled", condition: condition("cancelled", `cancelled by ${by}`) } : null;
}

function revertedRow(
  feature: FeatureDocument,
  { landed }: FeatureHistory,
  { mission }: FeatureSurroundings,
): Row | null {
  if (feature.status !== "todo" || !landed || landed.fact.spec !== feature.spec) return null;
  const next = `mission retry ${thingName(mission.id, feature.id)}`;
  const evidence = [landed.record.id];
  return blocked("reverted", "it landed, but its file on home says todo again", { evidence, next });
}

function invalidRow(feature: FeatureDocument, around: FeatureSurroundings): Row | null {
  const { mission, plan } = around;
  const invalid = (text: string, id: string) =>
    blocked("invalid", text, { next: `mission edit ${thingName(mission.id, id)}` });
  const own = plan.errors.get(feature.file);
  if (own) return invalid(describeFinding(own), feature.id);
  const milestone = plan.milestones.get(feature.milestone);
  const error = milestone && plan.errors.get(milestone.file);
  if (error) return invalid(describeFinding(error), milestone.id);
  const open = around.openDependency(feature);
  return open?.never ? invalid(open.text, feature.id) : null;
}

function heldRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row | null {
  const { mission, plan, stopped } = around;
  const thing = thingName(mission.id, feature.id);
  const controls = controlsOf(feature, around);
  const controlled = (word: "stopped" | "quarantined" | "paused") => {
    // A paused mission is a state of the mission: its features keep theirs.
    const found = controls.find(
      (control) => control.word === word && !(word === "paused" && control.target === mission.id),
    );
    const code = word === "paused" ? "held" : word;
    return found ? blocked(code, `${found.target} is ${word}`, { next: `mission resume ${found.target}` }) : null;
  };
  const milestone = plan.milestones.get(feature.milestone);
  const held = (by: string, name: string) => blocked("held", by, { next: `mission edit ${name}` });
  return (
    (stopped ? blocked("stopped", "everything is stopped", { next: "mission resume --all" }) : null) ??
    controlled("stopped") ??
    controlled("quarantined") ??
    policyRow(history, thing) ??
    (feature.status === "hold" ? held("its file says hold", thing) : null) ??
    (milestone?.status === "hold"
      ? held(`milestone ${milestone.id} is on hold`, thingName(mission.id, milestone.id))
      : null) ??
    controlled("paused")
  );
}

/** Most missions have none: then nothing is named and looked up for each feature. */
function controlsOf(feature: FeatureDocument, { mission }: FeatureSurroundings) {
  if (mission.ledger.controls.length === 0) return [];
  const things = [feature.id, feature.milestone].map((id) => thingName(mission.id, id));
  const targets = [...things, mission.id, `agent:${feature.agent}`];
  return targets.map((target) => ({ target, word: describeControl(deriveControl(mission.ledger, target)) }));
}

function policyRow({ cap }: FeatureHistory, thing: string): Row | null {
  if (cap?.code !== "policy") return null;
  return blocked("quarantined", cap.message, { evidence: cap.evidence, next: `mission retry ${thing}` });
}

function runningRow({ live }: FeatureHistory): Row | null {
  if (!live) return null;
  const { fact, record } = live.claim;
  const told = condition("running", `attempt ${fact.attempt} on ${fact.host}`, { evidence: [live.run, record.id] });
  return { status: "in_progress", condition: told };
}

/** Its question, or what it needs a person's consent for. */
function isOfWorker(ask: AskKind): boolean {
  return ask === "question" || ask === "permission";
}

/** A question waits for its answer; an answered one is the next attempt's business. */
function questionRow(
  feature: FeatureDocument,
  { last, cap }: FeatureHistory,
  { mission }: FeatureSurroundings,
): Row | null {
  if (last?.ended.fact.outcome !== "question" || cap) return null;
  // The question of this very run, whatever head it was bound to: a run that changed nothing has none of its own.
  const asks = idsOf(feature).flatMap((id) => mission.ledger.asksByThing.get(id) ?? []);
  const state = describeAsk(
    asks.findLast(({ asked }) => isOfWorker(asked.fact.ask) && asked.position > last.claim.position),
  );
  if (state.kind !== "open" && state.kind !== "unasked") return null;
  const text = state.kind === "open" ? state.entry.asked.record.body.trim() : last.ended.record.body.trim();
  const boundTo = featureBinding(feature.spec, last.ended.fact.head);
  const ask = { ask: "question" as const, about: feature.id, risk: null, boundTo, text };
  const told = { code: "question", message: firstLine(text), evidence: [last.run] };
  return { status: "needs_input", ...waitForPerson(mission, ask, told, state) };
}

function cappedRow(
  feature: FeatureDocument,
  { cap, kept }: FeatureHistory,
  { mission }: FeatureSurroundings,
): Row | null {
  if (!cap) return null;
  const thing = thingName(mission.id, feature.id);
  const again = `mission edit ${thing} or mission retry ${thing}`;
  const next =
    cap.code === "setup"
      ? `mission edit ${mission.id} (its setup), then mission retry ${thing}`
      : cap.isJudged
        ? `mission show ${thing}, then ${again} or mission approve ${thing} --override "why"`
        : // What came to no work can only be told by what it said.
          `${kept === null ? `mission output ${thing}` : `mission show ${thing} --diff`}, then ${again}`;
  return blocked(cap.code, cap.message, { evidence: cap.evidence, next });
}

function waitingRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row {
  const { document, current, now } = around;
  const backlog = (code: string, message: string): Row => ({ status: "backlog", condition: condition(code, message) });
  if (document.status === "planning") return backlog("planning", "the mission is not started");
  // Work that was sent back goes on, whatever has become current meanwhile.
  if (history.sentBack === null) {
    const open = around.openDependency(feature);
    if (open) return backlog("dependency", open.text);
    const isCurrent = feature.milestone === current;
    if (!isCurrent)
      return backlog("milestone", current ? `waits for milestone ${current}` : "its milestone is not current");
  }
  const because = becauseOf(history);
  if (history.notBefore !== null && history.notBefore > now) {
    const message = `${describeEnd(history.last)}; tried again in a moment`;
    return { status: "ready", condition: condition("backoff", message, { until: history.notBefore }) };
  }
  const step: FeatureStep = {
    kind: "dispatch",
    attempt: history.runs.length + 1,
    kept: history.kept,
    because,
    offer: null,
  };
  return { status: "ready", condition: condition("ready", because), step };
}

function becauseOf(history: FeatureHistory): string {
  if (history.sentBack !== null) return `sent back: ${history.sentBack}`;
  const { last } = history;
  if (!last) return history.kept ? "asked anew on kept work" : "ready";
  if (last.ended.fact.outcome === "question") return "its question is answered";
  return `attempt ${last.claim.fact.attempt} ended ${describeEnd(last)}`;
}

function blocked(code: string, message: string, rest: { evidence?: readonly string[]; next: string }): Row {
  return { status: "blocked", condition: condition(code, message, rest) };
}
