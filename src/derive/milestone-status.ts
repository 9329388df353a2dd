import type { MilestoneDocument, MissionDocument } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
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
import { deriveAsk, waitForPerson } from "./asks.ts";
import { covers, finalChecks, milestoneChecks } from "./checks.ts";
import { condition } from "./condition.ts";
import { deriveControl, describeControl } from "./control.ts";
import { lastLanding } from "./feature-records.ts";
import { describeFinding, type PlanIndex } from "./plan-index.ts";
import { denied, deriveValidation, type Judging, type Validation } from "./validation.ts";

/** How far a milestone is, without its features' own states: what the order of milestones depends on. */
export type MilestoneProgress =
  | { kind: "cancelled" }
  | { kind: "held"; condition: Condition }
  | { kind: "invalid"; condition: Condition }
  | { kind: "open" }
  | Judging
  | { kind: "passed"; verdict: Entry<Verdict> };

export interface Subject {
  mission: MissionSnapshot;
  plan: PlanIndex;
  document: MissionDocument;
}

export function deriveProgress(milestone: MilestoneDocument, subject: Subject): MilestoneProgress {
  const { mission, plan, document } = subject;
  if (milestone.status === "cancelled" || document.status === "cancelled") return { kind: "cancelled" };
  const held = heldBy(mission, milestone);
  if (held) return { kind: "held", condition: held };
  const error = plan.errors.get(milestone.file);
  if (error) return invalid(error, `mission edit ${thingName(mission.id, milestone.id)}`);
  const features = plan.byMilestone.get(milestone.id) ?? [];
  if (!features.every(({ status }) => status === "done" || status === "cancelled")) return { kind: "open" };
  const landings = features
    .filter(({ status }) => status === "done")
    .map((feature) => lastLanding(mission.ledger, mission.id, feature)?.position ?? null);
  // A landing that the ledger does not know yet is recorded first: validation comes after it.
  if (landings.includes(null)) return { kind: "open" };
  const landedAt = Math.max(-1, ...landings.map((position) => position ?? -1));
  const asked = milestoneChecks(mission, plan, milestone);
  const validation = deriveValidation({ mission, about: milestone.id, asked, landedAt, also: null });
  if (validation.kind !== "passed") return contractError(subject) ?? validation;
  return document.signOff === "milestone" ? deriveSignOff(mission, milestone.id, validation.verdict) : validation;
}

function heldBy({ id, ledger }: MissionSnapshot, milestone: MilestoneDocument): Condition | null {
  const thing = thingName(id, milestone.id);
  const word = describeControl(deriveControl(ledger, thing));
  if (word) return condition(word === "paused" ? "held" : word, `it is ${word}`, { next: `mission resume ${thing}` });
  if (milestone.status !== "hold") return null;
  return condition("held", "its file says hold", { next: `mission edit ${thing}` });
}

function invalid(finding: Finding, next: string): MilestoneProgress {
  return { kind: "invalid", condition: condition("invalid", describeFinding(finding), { next }) };
}

/** A contract that can't be read asks less than it should: nothing is validated by it. */
function contractError({ mission }: Subject): MilestoneProgress | null {
  const file = `${mission.path}/contract.md`;
  const error = mission.files.findings.find((finding) => finding.file === file && finding.severity === "error");
  return error ? invalid(error, `edit ${file}, then mission save`) : null;
}

/** A person's signature binds to the validated home commit. */
function deriveSignOff(mission: MissionSnapshot, about: string, verdict: Entry<Verdict>): Validation {
  const thing = thingName(mission.id, about === "final" ? null : about);
  const { base, result } = verdict.fact;
  const isUnchecked = result === "unchecked";
  const ask: NewAsk = {
    ask: "sign-off",
    about,
    risk: null,
    boundTo: base,
    text: `${thing} is ${isUnchecked ? "finished" : "validated"} at ${base}${isUnchecked ? ", and nothing checked it" : ""}. Sign it off?`,
  };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  if (state.kind === "denied") return denied(mission, about, verdict, state.entry.answered?.record.body);
  const message = `${isUnchecked ? "finished, nothing checked it;" : "validated,"} waits for a person's signature`;
  const told = { code: "sign-off", message, evidence: [base] };
  const waits = waitForPerson(mission, ask, told, state);
  return { kind: "judging", status: "needs_input", ...waits, verdict, isDue: false };
}

/** The whole contract after the last milestone; signed where nobody signed this code before. */
export function deriveFinal(subject: Subject, progress: readonly MilestoneProgress[]): MilestoneProgress {
  const { mission, document } = subject;
  const unreadable = contractError(subject);
  if (unreadable) return unreadable;
  const asked = finalChecks(mission);
  const landedAt = mission.ledger.landed.at(-1)?.position ?? -1;
  const verdicts = progress.flatMap((each) => (each.kind === "passed" ? [each.verdict] : []));
  const also = verdicts.findLast((verdict) => {
    const { result, codeTree } = verdict.fact;
    if (result !== "passed" || codeTree !== mission.home?.codeTree) return false;
    return verdict.position > landedAt && covers(verdict, asked);
  });
  const validation = deriveValidation({ mission, about: "final", asked, landedAt, also: also ?? null });
  if (validation.kind !== "passed" || document.signOff === "feature") return validation;
  const isSigned = verdicts.some(({ fact }) => fact.codeTree === validation.verdict.fact.codeTree);
  if (document.signOff === "milestone" && isSigned) return validation;
  return deriveSignOff(mission, "final", validation.verdict);
}

export function deriveMilestone(
  milestone: MilestoneDocument,
  progress: MilestoneProgress,
  features: readonly FeatureState[],
  around: { mission: MissionSnapshot; isCurrent: boolean; started: boolean },
): MilestoneState {
  const verdicts = around.mission.ledger.byMilestone.get(milestone.id)?.verdicts ?? [];
  const round = verdicts.filter(({ fact }) => fact.result === "failed").length;
  const told = tellMilestone(progress, features, { ...around, round });
  return { id: milestone.id, document: milestone, round, features, verdict: null, step: { kind: "none" }, ...told };
}

interface Told {
  status: MilestoneStatus;
  condition: Condition;
  step?: MilestoneStep;
  verdict?: Entry<Verdict> | null;
}

function tellMilestone(
  progress: MilestoneProgress,
  features: readonly FeatureState[],
  around: { isCurrent: boolean; started: boolean; round: number },
): Told {
  switch (progress.kind) {
    case "cancelled":
      return { status: "cancelled", condition: condition("cancelled", "cancelled") };
    case "held":
      return { status: "held", condition: progress.condition };
    case "invalid":
      return { status: "blocked", condition: progress.condition };
    case "passed": {
      const { verdict } = progress;
      return {
        status: "passed",
        condition: condition("passed", verdict.fact.result === "unchecked" ? "nothing checked it" : "validated", {
          evidence: [verdict.record.id],
        }),
        verdict,
      };
    }
    case "judging": {
      const { status, condition: why, step, verdict } = progress;
      return around.isCurrent ? { status, condition: why, step, verdict } : pending("waits for an earlier milestone");
    }
    case "open":
      return tellOpen(features, around);
  }
}

function pending(message: string): Told {
  return { status: "pending", condition: condition("pending", message) };
}

function tellOpen(
  features: readonly FeatureState[],
  { isCurrent, started, round }: { isCurrent: boolean; started: boolean; round: number },
): Told {
  if (!started) return pending("the mission is not started");
  if (!isCurrent) return pending("waits for an earlier milestone");
  const open = features.filter(({ status }) => status !== "done" && status !== "cancelled");
  const blocked = open.find(({ status }) => status === "blocked");
  if (blocked && open.every(({ status }) => status === "blocked" || status === "backlog")) {
    const { message, next } = blocked.condition;
    return {
      status: "blocked",
      condition: condition("features", `${blocked.id}: ${message}`, { evidence: [blocked.id], next }),
    };
  }
  if (round > 0 && open.some(({ document }) => document.fixes.length > 0)) {
    return { status: "failed", condition: condition("failed", "validation failed, its fixes are open") };
  }
  const message = `${features.length - open.length} of ${features.length} features are through`;
  return { status: "active", condition: condition("active", message) };
}
