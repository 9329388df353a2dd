import type { MilestoneDocument, MissionDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry } from "../model/ledger.ts";
import type { Verdict } from "../model/record.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type {
  Condition,
  FeatureState,
  MilestoneState,
  MilestoneStatus,
  MilestoneStep,
  NewAsk,
} from "../model/state.ts";
import { askName, deriveAsk } from "./asks.ts";
import { finalChecks, milestoneChecks } from "./checks.ts";
import { condition } from "./condition.ts";
import { deriveControl } from "./control.ts";
import { deriveValidation, type Validation } from "./validation.ts";

/** How far a milestone is, without its features' own states: what the order of milestones depends on. */
export type MilestoneProgress =
  | { kind: "cancelled" }
  | { kind: "held"; condition: Condition }
  | { kind: "open" }
  | { kind: "validation"; validation: Validation }
  | {
      kind: "sign-off";
      verdict: Entry<Verdict>;
      status: "needs_input" | "blocked";
      condition: Condition;
      step: MilestoneStep;
    }
  | { kind: "passed"; verdict: Entry<Verdict> };

export function deriveProgress(
  milestone: MilestoneDocument,
  mission: MissionSnapshot,
  document: MissionDocument,
): MilestoneProgress {
  if (milestone.status === "cancelled" || document.status === "cancelled") return { kind: "cancelled" };
  const thing = thingName(mission.id, milestone.id);
  if (milestone.status === "hold")
    return { kind: "held", condition: condition("held", "its file says hold", { next: `mission edit ${thing}` }) };
  if (deriveControl(mission.ledger, thing).paused) {
    return { kind: "held", condition: condition("held", "it is paused", { next: `mission resume ${thing}` }) };
  }
  const features = mission.files.features.filter((feature) => feature.milestone === milestone.id);
  if (!features.every(({ status }) => status === "done" || status === "cancelled")) return { kind: "open" };
  // A landing that the ledger does not know yet is recorded first: validation comes after it.
  if (features.some(({ id, status }) => status === "done" && !isKnownLanded(mission, id))) return { kind: "open" };
  const validation = deriveValidation({
    mission,
    about: milestone.id,
    asked: milestoneChecks(mission, milestone),
    features: new Set(features.map(({ id }) => id)),
    also: [],
  });
  if (validation.kind !== "passed") return { kind: "validation", validation };
  return document.signOff === "milestone"
    ? deriveSignOff(mission, milestone.id, validation.verdict)
    : { kind: "passed", verdict: validation.verdict };
}

function isKnownLanded(mission: MissionSnapshot, id: string): boolean {
  return (mission.ledger.byFeature.get(id)?.landed.length ?? 0) > 0;
}

/** A person's signature binds to the validated home commit. */
export function deriveSignOff(mission: MissionSnapshot, about: string, verdict: Entry<Verdict>): MilestoneProgress {
  const thing = thingName(mission.id, about);
  const ask: NewAsk = {
    ask: "sign-off",
    about,
    risk: null,
    boundTo: verdict.fact.base,
    text: `${thing} is validated at ${verdict.fact.base}. Sign it off?`,
  };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  if (state.kind === "denied") {
    const words = state.entry.answered?.record.body.trim() || "not signed off";
    const denied = condition("denied", words, { evidence: [verdict.record.id], next: `mission add ${thing} "..."` });
    return { kind: "sign-off", verdict, status: "blocked", condition: denied, step: { kind: "none" } };
  }
  const waiting = condition("sign-off", "validated, waits for a person's signature", {
    evidence: [verdict.fact.base],
    next: state.kind === "open" ? `mission approve ${askName(mission.id, state.entry)}` : null,
  });
  const step: MilestoneStep = state.kind === "unasked" ? { kind: "ask", ask } : { kind: "none" };
  return { kind: "sign-off", verdict, status: "needs_input", condition: waiting, step };
}

/** The whole contract after the last milestone; signed where nobody signed this code before. */
export function deriveFinal(
  mission: MissionSnapshot,
  document: MissionDocument,
  progress: readonly MilestoneProgress[],
): MilestoneProgress {
  const validation = deriveValidation({
    mission,
    about: "final",
    asked: finalChecks(mission),
    features: new Set(mission.files.features.map(({ id }) => id)),
    also: mission.files.milestones.map(({ id }) => id),
  });
  if (validation.kind !== "passed") return { kind: "validation", validation };
  const { verdict } = validation;
  const signedBefore =
    document.signOff === "feature" ||
    (document.signOff === "milestone" &&
      progress.some((step) => step.kind === "passed" && step.verdict.fact.codeTree === verdict.fact.codeTree));
  return signedBefore ? { kind: "passed", verdict } : deriveSignOff(mission, "final", verdict);
}

export function deriveMilestone(
  milestone: MilestoneDocument,
  progress: MilestoneProgress,
  features: readonly FeatureState[],
  around: { mission: MissionSnapshot; isCurrent: boolean; started: boolean },
): MilestoneState {
  const rounds = around.mission.ledger.verdicts.filter(
    ({ fact }) =>
      fact.of === "validate" &&
      fact.result === "failed" &&
      fact.about.kind === "milestone" &&
      fact.about.milestone === milestone.id,
  ).length;
  const state = (
    status: MilestoneStatus,
    why: Condition,
    step: MilestoneStep = { kind: "none" },
    verdict: Entry<Verdict> | null = null,
  ): MilestoneState => ({
    id: milestone.id,
    document: milestone,
    status,
    condition: why,
    round: rounds,
    features,
    verdict,
    step,
  });
  switch (progress.kind) {
    case "cancelled":
      return state("cancelled", condition("cancelled", "cancelled"));
    case "held":
      return state("held", progress.condition);
    case "passed":
      return state(
        "passed",
        condition("passed", "validated", { evidence: [progress.verdict.record.id] }),
        { kind: "none" },
        progress.verdict,
      );
    case "sign-off":
      return state(progress.status, progress.condition, progress.step, progress.verdict);
    case "validation":
      return around.isCurrent
        ? validationState(progress.validation, state)
        : state("pending", condition("pending", "waits for an earlier milestone"));
    case "open":
      return openState(features, around, rounds, state);
  }
}

type MakeState = (
  status: MilestoneStatus,
  why: Condition,
  step?: MilestoneStep,
  verdict?: Entry<Verdict> | null,
) => MilestoneState;

function validationState(validation: Validation, state: MakeState): MilestoneState {
  switch (validation.kind) {
    case "running":
      return state("validating", condition("validating", "its checks run", { evidence: [validation.run] }));
    case "due":
      return state("validating", condition("validating", "waits for its validation"), validation.step);
    case "failed":
      return state(
        "failed",
        condition("failed", "validation failed, fixes are made"),
        validation.step,
        validation.verdict,
      );
    case "asking":
      return state(
        "needs_input",
        condition("inconclusive", validation.message, { next: validation.next }),
        validation.step,
      );
    case "blocked":
      return state(
        "blocked",
        condition(validation.code, validation.message, { evidence: validation.evidence, next: validation.next }),
        validation.step,
      );
    case "passed":
      return state("passed", condition("passed", "validated"), { kind: "none" }, validation.verdict);
  }
}

function openState(
  features: readonly FeatureState[],
  { isCurrent, started }: { isCurrent: boolean; started: boolean },
  rounds: number,
  state: MakeState,
): MilestoneState {
  if (!isCurrent)
    return state(
      "pending",
      condition("pending", started ? "waits for an earlier milestone" : "the mission is not started"),
    );
  const open = features.filter(({ status }) => status !== "done" && status !== "cancelled");
  const stuck = open.length > 0 && open.every(({ status }) => status === "blocked" || status === "backlog");
  const blocked = open.find(({ status }) => status === "blocked");
  if (stuck && blocked) {
    return state(
      "blocked",
      condition("features", `${blocked.id}: ${blocked.condition.message}`, {
        evidence: [blocked.id],
        next: blocked.condition.next,
      }),
    );
  }
  if (rounds > 0 && open.some(({ document }) => document.fixes.length > 0)) {
    return state("failed", condition("failed", "validation failed, its fixes are open"));
  }
  return state(
    "active",
    condition("active", `${features.length - open.length} of ${features.length} features are through`),
  );
}
