/** The status of one feature: the first row of the table that holds wins. What the engine would do next comes along. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Cost, FeatureState, FeatureStatus, FeatureStep } from "../model/state.ts";
import { askName, deriveAsk, featureBinding } from "./asks.ts";
import { condition, type FeatureSurroundings, type Row } from "./condition.ts";
import { deriveControl } from "./control.ts";
import { featureCost } from "./cost.ts";
import { deriveDeliveryStatus } from "./delivery-status.ts";
import { deriveFeatureHistory, describeEnd, type FeatureHistory } from "./feature-history.ts";

export function deriveFeature(feature: FeatureDocument, around: FeatureSurroundings): FeatureState {
  const { mission } = around;
  const history = deriveFeatureHistory(mission.ledger, feature, {
    mission: mission.id,
    limits: mission.repository.config.limits,
    candidate: mission.candidates[feature.id] ?? null,
    hasChecks: around.hasChecks(feature),
  });
  const row = firstRow(feature, history, around);
  const cost: Cost = featureCost(mission.ledger, feature);
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
    cost,
    step: row.step ?? { kind: "none" },
    column: columnOf(row.status, history),
  };
}

function firstRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row {
  return (
    doneRow(feature, history) ??
    cancelledRow(feature, around) ??
    revertedRow(feature, history, around) ??
    invalidRow(feature, around) ??
    heldRow(feature, history, around) ??
    runningRow(history) ??
    questionRow(feature, history, around) ??
    (history.delivery ? deriveDeliveryStatus(feature, history.delivery, around) : null) ??
    cappedRow(feature, history, around) ??
    waitingRow(feature, history, around)
  );
}

function doneRow(feature: FeatureDocument, history: FeatureHistory): Row | null {
  if (feature.status !== "done") return null;
  const step: FeatureStep = history.landed ? { kind: "none" } : { kind: "adopt" };
  const evidence = history.landed ? [history.landed.record.id] : [];
  return { status: "done", condition: condition("done", "its file on home says done", { evidence }), step };
}

function cancelledRow(feature: FeatureDocument, { mission, missionCancelled }: FeatureSurroundings): Row | null {
  const milestone = mission.files.milestones.find(({ id }) => id === feature.milestone);
  const by =
    feature.status === "cancelled"
      ? "its file"
      : milestone?.status === "cancelled"
        ? "its milestone"
        : missionCancelled
          ? "the mission"
          : null;
  return by ? { status: "cancelled", condition: condition("cancelled", `cancelled by ${by}`) } : null;
}

function revertedRow(
  feature: FeatureDocument,
  { landed }: FeatureHistory,
  { mission }: FeatureSurroundings,
): Row | null {
  if (!landed || landed.fact.spec !== feature.spec) return null;
  return {
    status: "blocked",
    condition: condition("reverted", "it landed, but its file on home says todo again", {
      evidence: [landed.record.id],
      next: `mission retry ${thingName(mission.id, feature.id)}`,
    }),
  };
}

function invalidRow(feature: FeatureDocument, around: FeatureSurroundings): Row | null {
  const finding = around.findings.find(({ file, severity }) => file === feature.file && severity === "error");
  if (finding) {
    return invalid(
      `${finding.file}:${finding.line}: ${finding.message}`,
      `mission edit ${thingName(around.mission.id, feature.id)}`,
    );
  }
  const open = around.openDependency(feature);
  return open?.never ? invalid(open.text, `mission edit ${thingName(around.mission.id, feature.id)}`) : null;
}

function invalid(message: string, next: string): Row {
  return { status: "blocked", condition: condition("invalid", message, { next }) };
}

function heldRow(
  feature: FeatureDocument,
  { cap }: FeatureHistory,
  { mission, stopped }: FeatureSurroundings,
): Row | null {
  const targets = [
    thingName(mission.id, feature.id),
    thingName(mission.id, feature.milestone),
    mission.id,
    `agent:${feature.agent}`,
  ];
  const controls = targets.map((target) => ({ target, ...deriveControl(mission.ledger, target) }));
  const blocked = (code: string, message: string, next: string): Row => ({
    status: "blocked",
    condition: condition(code, message, { next }),
  });
  if (stopped) return blocked("stopped", "everything is stopped", "mission resume --all");
  const halted = controls.find((control) => control.stopped);
  if (halted) return blocked("stopped", `${halted.target} is stopped`, `mission resume ${halted.target}`);
  const quarantined = controls.find((control) => control.quarantined);
  if (quarantined)
    return blocked("quarantined", `${quarantined.target} is quarantined`, `mission resume ${quarantined.target}`);
  if (cap?.code === "policy")
    return blocked("quarantined", cap.message, `mission retry ${thingName(mission.id, feature.id)}`);
  if (feature.status === "hold")
    return blocked("held", "its file says hold", `mission edit ${thingName(mission.id, feature.id)}`);
  const milestone = mission.files.milestones.find(({ id }) => id === feature.milestone);
  if (milestone?.status === "hold")
    return blocked(
      "held",
      `milestone ${milestone.id} is on hold`,
      `mission edit ${thingName(mission.id, milestone.id)}`,
    );
  // A paused mission is a state of the mission: its features keep theirs. A paused feature or milestone is held.
  const paused = controls.slice(0, 2).find((control) => control.paused);
  return paused ? blocked("held", `${paused.target} is paused`, `mission resume ${paused.target}`) : null;
}

function runningRow({ live }: FeatureHistory): Row | null {
  if (!live) return null;
  const { fact, record } = live.claim;
  return {
    status: "in_progress",
    condition: condition("running", `attempt ${fact.attempt} on ${fact.host}`, { evidence: [live.run, record.id] }),
  };
}

/** A question waits for its answer; an answered one is the next attempt's business. */
function questionRow(
  feature: FeatureDocument,
  { last, cap }: FeatureHistory,
  { mission }: FeatureSurroundings,
): Row | null {
  if (last?.ended.fact.outcome !== "question" || cap) return null;
  const boundTo = featureBinding(feature.spec, last.ended.fact.head);
  const state = deriveAsk(mission.ledger, { ask: "question", about: feature.id, boundTo }, last.claim.position);
  if (state.kind === "answered" || state.kind === "approved" || state.kind === "denied") return null;
  const text = state.kind === "open" ? state.entry.asked.record.body.trim() : last.ended.record.body.trim();
  return {
    status: "needs_input",
    condition: condition("question", text.split("\n")[0] ?? "", {
      evidence: [last.run],
      next: state.kind === "open" ? `mission answer ${askName(mission.id, state.entry)} "..."` : null,
    }),
    ...(state.kind === "unasked"
      ? { step: { kind: "ask", ask: { ask: "question", about: feature.id, risk: null, boundTo, text } } as const }
      : {}),
  };
}

function cappedRow(feature: FeatureDocument, { cap }: FeatureHistory, { mission }: FeatureSurroundings): Row | null {
  const thing = thingName(mission.id, feature.id);
  if (cap) {
    const next =
      cap.code === "setup"
        ? `mission edit ${mission.id} (its setup), then mission retry ${thing}`
        : `mission show ${thing} --diff, then mission edit ${thing} or mission retry ${thing}`;
    return { status: "blocked", condition: condition(cap.code, cap.message, { evidence: cap.evidence, next }) };
  }
  const refused = mission.ledger.blocked.findLast(({ fact }) => fact.thing === feature.id);
  const retried = mission.ledger.controls.findLast(({ fact }) => fact.action === "retry" && fact.target === thing);
  if (!refused || (retried && retried.position > refused.position)) return null;
  return {
    status: "blocked",
    condition: condition(refused.fact.reason, refused.record.body.trim(), {
      evidence: [refused.record.id],
      next: `mission retry ${thing}`,
    }),
  };
}

function waitingRow(feature: FeatureDocument, history: FeatureHistory, around: FeatureSurroundings): Row {
  const backlog = (code: string, message: string): Row => ({ status: "backlog", condition: condition(code, message) });
  const started = history.last !== null;
  if (around.document.status === "planning") return backlog("planning", "the mission is not started");
  const open = around.openDependency(feature);
  if (open) return backlog("dependency", open.text);
  if (feature.milestone !== around.current && !started) {
    return backlog(
      "milestone",
      around.current ? `waits for milestone ${around.current}` : "its milestone is not current",
    );
  }
  const step: FeatureStep = {
    kind: "dispatch",
    attempt: history.runs.length + 1,
    kept: history.kept,
    because: becauseOf(history),
    offer: null,
  };
  if (history.notBefore !== null && history.notBefore > around.now) {
    return {
      status: "ready",
      condition: condition("backoff", `${describeEnd(history.last ?? undefined)}; tried again in a moment`, {
        until: history.notBefore,
      }),
    };
  }
  return { status: "ready", condition: condition("ready", becauseOf(history)), step };
}

function becauseOf(history: FeatureHistory): string {
  if (history.sentBack) return `sent back: ${history.sentBack}`;
  const { last } = history;
  if (!last) return history.kept ? "asked anew on kept work" : "ready";
  if (last.ended.fact.outcome === "question") return "its question is answered";
  return `attempt ${last.claim.fact.attempt} ended ${describeEnd(last)}`;
}

function columnOf(status: FeatureStatus, history: FeatureHistory): FeatureState["column"] {
  switch (status) {
    case "backlog":
      return "backlog";
    case "ready":
      return "up-next";
    case "in_progress":
      return "in-progress";
    case "review":
    case "needs_input":
      return "review";
    case "done":
    case "cancelled":
      return "done";
    case "blocked":
      // A badge on the column that it was in.
      return history.delivery ? "review" : history.last ? "up-next" : "backlog";
  }
}
