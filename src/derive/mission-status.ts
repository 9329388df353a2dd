/** One mission, from its files and its ledger. */

import type { MissionDocument } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type {
  Condition,
  FeatureState,
  MilestoneState,
  MilestoneStep,
  MissionState,
  MissionStep,
} from "../model/state.ts";
import { deriveBudget } from "./budget.ts";
import { gateChecks } from "./checks.ts";
import { WAITS_FOR_GATE } from "./delivery-status.ts";
import { findOpenDependency, type Plans } from "./dependencies.ts";
import { deriveFeature } from "./feature-status.ts";
import { deriveJudges, findUnjudged, NOBODY } from "./judges.ts";
import { deriveLanding, NO_LANDING, withLanding } from "./landing.ts";
import {
  deriveFinal,
  deriveMilestone,
  deriveProgress,
  type MilestoneProgress,
  type Subject,
} from "./milestone-status.ts";
import { emptyCondition, heldBack, isPaused, missionCondition, NOT_BEGUN } from "./mission-condition.ts";
import { deriveBegin, deriveSteps, type MissionSteps } from "./mission-steps.ts";
import { deriveOpenAsks } from "./open-asks.ts";
import type { PlanIndex } from "./plan-index.ts";
import { deriveReadiness } from "./readiness.ts";
import { deriveReviewer } from "./reviewer.ts";
import type { HostRuntimes } from "./runtime.ts";

/** What is the same for all missions of a snapshot. */
export interface MissionSurroundings {
  snapshot: Snapshot;
  plans: Plans;
  runtimes: HostRuntimes;
  slots: number;
}

export function deriveMission(
  mission: MissionSnapshot,
  plan: PlanIndex,
  findings: readonly Finding[],
  around: MissionSurroundings,
): MissionState {
  const document = mission.files.mission;
  const { landing, chain, aloneGates } = NO_LANDING;
  const still: Omit<MissionState, "status" | "condition" | "held"> = {
    id: mission.id,
    root: mission.root,
    path: mission.path,
    title: document?.title ?? mission.id,
    document,
    repository: mission.repository,
    roles: mission.files.roles,
    home: mission.home,
    ledger: mission.ledger,
    budget: deriveBudget(mission, around.snapshot.now),
    liveRuns: mission.ledger.live,
    findings,
    milestones: [],
    current: null,
    openAsks: [],
    paused: true,
    steps: [],
    final: NO_STEP,
    landing,
    chain,
    aloneGates,
    unjudged: null,
    reviewer: null,
    judges: NOBODY,
  };
  const empty = emptyCondition(mission, around.snapshot.authority);
  if (empty) return { ...still, ...empty, held: empty.condition.message };
  // Without mission.md it would be empty.
  return { ...still, ...deriveMoving({ mission, plan, document: document as MissionDocument }, still, around) };
}

const NO_STEP: MilestoneStep = { kind: "none" };

type Moving = Pick<
  MissionState,
  | "status"
  | "condition"
  | "held"
  | "milestones"
  | "current"
  | "openAsks"
  | "paused"
  | "steps"
  | "final"
  | "landing"
  | "chain"
  | "aloneGates"
  | "unjudged"
  | "reviewer"
  | "judges"
>;

function deriveMoving(
  subject: Subject,
  still: Pick<MissionState, "id" | "budget" | "liveRuns" | "home">,
  around: MissionSurroundings,
): Moving {
  const { mission, plan, document } = subject;
  const { snapshot } = around;
  const progress = mission.files.milestones.map((milestone) => deriveProgress(milestone, subject));
  const current = mission.files.milestones.find((_, index) => !isBehind(progress[index]))?.id ?? null;
  const held = heldBack(subject, snapshot);
  const reviewer = deriveReviewer(mission, document, snapshot);
  const waiting = mission.files.features.map((feature) => {
    const openDependency = (other: typeof feature) => findOpenDependency(other, mission, around.plans);
    const { now, stopped } = snapshot;
    return deriveFeature(feature, { mission, plan, document, now, stopped, current, reviewer, openDependency });
  });
  const { runtimes, slots } = around;
  const options = { mission, plan, snapshot, runtimes, budget: still.budget, slots, held, reviewer };
  const ready = deriveReadiness(waiting, options);
  const landing = mission.ledgerState === "ok" ? deriveLanding(mission, plan, ready) : NO_LANDING;
  const judges = deriveJudges(mission, { snapshot, runtimes, budget: still.budget });
  const landed = withLanding(mission, ready, landing, { held, now: snapshot.now });
  const features = landed.map((feature) => gateWaitsForJudge(feature, { subject, judges }));
  const told = tellMilestones(subject, progress, features, current).map((milestone) =>
    waitsForJudge(milestone, judges),
  );
  const final = isThrough(told) && document.status === "active" ? deriveFinal(subject, progress) : null;
  const validationDue =
    isDue(final) || mission.files.milestones.some(({ id }, index) => id === current && isDue(progress[index]));
  const isOver = final?.kind === "passed";
  const stepped = deriveSteps(subject, { snapshot, held, landing, features, validationDue, current, isOver });
  const first = validationDue ? beforeValidation(stepped) : null;
  const milestones = first ? told.map((milestone) => waitsFor(milestone, first)) : told;
  const due = final && first && isDue(final) ? { ...final, ...first, step: NO_STEP } : final;
  const finalNow = due?.kind === "judging" ? waitsForJudge(due, judges) : due;
  const parts = { ...still, milestones, current };
  return {
    ...missionCondition(parts, subject, { final: finalNow, now: snapshot.now }),
    held,
    milestones,
    current,
    openAsks: deriveOpenAsks(subject, [
      ...features,
      ...milestones,
      ...(finalNow?.kind === "judging" ? [finalNow] : []),
      ...stepped.waiting.map((condition) => ({ condition })),
    ]),
    paused: isPaused(mission, document),
    steps: held?.startsWith(NOT_BEGUN)
      ? [deriveBegin(document, snapshot.defaultBranch.name)]
      : [...stepped.steps, ...asksForJudges(stepped.steps, judges)],
    final: finalNow?.kind === "judging" ? finalNow.step : NO_STEP,
    landing: landing.landing,
    chain: landing.chain,
    aloneGates: landing.aloneGates,
    unjudged: stepped.homeGate?.condition ?? null,
    reviewer,
    judges,
  };
}

function isBehind(progress: MilestoneProgress | undefined): boolean {
  return progress?.kind === "passed" || progress?.kind === "held" || progress?.kind === "cancelled";
}

function isDue(
  progress: MilestoneProgress | null | undefined,
): progress is Extract<MilestoneProgress, { kind: "judging" }> {
  return progress?.kind === "judging" && progress.isDue;
}

/** All milestones that count are passed: held ones keep a mission open. */
function isThrough(milestones: readonly MilestoneState[]): boolean {
  const isOver = milestones.every(({ status }) => status === "passed" || status === "cancelled");
  return isOver && milestones.some(({ status }) => status === "passed");
}

function tellMilestones(
  { mission, document }: Subject,
  progress: readonly MilestoneProgress[],
  features: readonly FeatureState[],
  current: string | null,
): readonly MilestoneState[] {
  const started = document.status !== "planning";
  const byMilestone = Map.groupBy(features, (feature) => feature.document.milestone);
  return mission.files.milestones.map((milestone, index) =>
    deriveMilestone(milestone, progress[index] ?? { kind: "open" }, byMilestone.get(milestone.id) ?? [], {
      mission,
      isCurrent: milestone.id === current && started,
      started,
    }),
  );
}

interface Before {
  status: "needs_input" | "validating";
  condition: Condition;
}

/** What a validation waits for: home's own gate, then the default branch. A person may be needed for either. */
function beforeValidation({ homeGate, following }: MissionSteps): Before | null {
  const first = homeGate ? { ...homeGate, isPersons: homeGate.waits !== null } : following;
  return first ? { status: first.isPersons ? "needs_input" : "validating", condition: first.condition } : null;
}

/** It is asked as soon as something can play the judge: here later, or on another host. */
function waitsForJudge<T extends Pick<MilestoneState, "status" | "condition" | "step">>(
  milestone: T,
  judges: MissionState["judges"],
): T {
  const found = milestone.step.kind === "validate" ? findUnjudged(judges, milestone.step.checks) : null;
  if (!found) return milestone;
  const { isPersons, condition, step } = found;
  return { ...milestone, condition, step, status: isPersons ? "needs_input" : milestone.status };
}

function gateWaitsForJudge(
  feature: FeatureState,
  { subject: { mission, plan }, judges }: { subject: Subject; judges: MissionState["judges"] },
): FeatureState {
  if (judges.size === 0 || feature.step.kind !== "gate" || feature.condition.message !== WAITS_FOR_GATE) return feature;
  const found = findUnjudged(judges, gateChecks(mission, [feature.document], plan));
  if (!found) return feature;
  const { isPersons, condition, step } = found;
  return { ...feature, condition, step, status: isPersons ? "needs_input" : feature.status };
}

/** What keeps home or the default branch from being judged and is a person's to change is asked as well. */
function asksForJudges(steps: readonly MissionStep[], judges: MissionState["judges"]): readonly MissionStep[] {
  return steps.flatMap((step): readonly MissionStep[] => {
    const found = "checks" in step ? findUnjudged(judges, step.checks) : null;
    return found?.step.kind === "ask" ? [found.step] : [];
  });
}

function waitsFor(milestone: MilestoneState, first: Before): MilestoneState {
  const isValidation = milestone.step.kind === "validate" || milestone.step.kind === "record";
  return isValidation ? { ...milestone, ...first, step: NO_STEP } : milestone;
}
