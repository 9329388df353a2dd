/** One mission, from its files and its ledger. */

import type { MissionDocument } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { FeatureState, MilestoneState, MilestoneStep, MissionState, MissionStep } from "../model/state.ts";
import { deriveAsk } from "./asks.ts";
import { deriveBudget } from "./budget.ts";
import { gateChecks } from "./checks.ts";
import { findOpenDependency } from "./dependencies.ts";
import { deriveFeature } from "./feature-status.ts";
import { deriveLanding, type LandingState } from "./landing.ts";
import { deriveFinal, deriveMilestone, deriveProgress, type MilestoneProgress } from "./milestone-status.ts";
import { emptyCondition, heldBack, isPaused, missionCondition } from "./mission-condition.ts";
import { deriveFollow, deriveMerge, homeBranch, isThrough } from "./mission-steps.ts";
import { deriveReadiness } from "./readiness.ts";

export function deriveMission(
  mission: MissionSnapshot,
  snapshot: Snapshot,
  findings: readonly Finding[],
): MissionState {
  const document = mission.files.mission;
  const base = {
    id: mission.id,
    root: mission.root,
    path: mission.path,
    title: document?.title ?? mission.id,
    document,
    repository: mission.repository,
    roles: mission.files.roles,
    home: mission.home,
    ledger: mission.ledger,
    budget: deriveBudget(mission.ledger, document),
    liveRuns: [...mission.ledger.runs.values()].filter(({ ended }) => ended === null),
    findings,
  };
  const still = { milestones: [], current: null, openAsks: [], paused: true, steps: [], final: NO_STEP, ...NO_LANDING };
  const emptied = emptyCondition(mission);
  if (emptied || !document) {
    const why = emptied ?? {
      status: "blocked" as const,
      condition: { code: "invalid", message: "mission.md is missing", evidence: [], until: null, next: null },
    };
    return { ...base, ...still, ...why, held: why.condition.message };
  }
  const progress = mission.files.milestones.map((milestone) => deriveProgress(milestone, mission, document));
  const current = mission.files.milestones.find((_, index) => !isBehind(progress[index]))?.id ?? null;
  const held = heldBack(mission, document, snapshot);
  const paused = isPaused(mission, document);
  const features = deriveReadiness(
    mission,
    snapshot,
    deriveFeatures(mission, snapshot, document, findings, current),
    held,
  );
  const started = document.status !== "planning";
  const milestones = mission.files.milestones.map((milestone, index) =>
    deriveMilestone(
      milestone,
      progress[index] ?? { kind: "open" },
      features.filter(({ document: { milestone: id } }) => id === milestone.id),
      {
        mission,
        isCurrent: milestone.id === current && started,
        started,
      },
    ),
  );
  const final =
    started && isThrough(milestones) && document.status !== "completed"
      ? deriveFinal(mission, document, progress)
      : null;
  const acts = document.status === "active" && !paused && !snapshot.stopped && mission.ledgerState !== "newer";
  const landing = acts && mission.ledgerState === "ok" ? deriveLanding(mission, features) : NO_LANDING;
  const validationDue =
    milestones.some(({ id, step }) => id === current && isValidation(step)) ||
    (final?.kind === "validation" && final.validation.kind === "due");
  const steps = acts
    ? deriveSteps(mission, snapshot, document, { final, landing, validationDue })
    : afterEnd(mission, document, snapshot);
  const openAsks = deriveOpenAsks(mission, features, milestones, final);
  const state: Omit<MissionState, "status" | "condition" | "held"> = {
    ...base,
    milestones: validationDue && mission.follow ? milestones.map(withoutValidation) : milestones,
    current,
    openAsks,
    paused,
    steps,
    final: final && !(validationDue && mission.follow) ? finalStep(final) : NO_STEP,
    landing: landing.landing,
    chain: landing.chain,
    aloneGates: landing.aloneGates,
  };
  return { ...state, ...missionCondition(state, { document, final, snapshot }), held };
}

const NO_STEP: MilestoneStep = { kind: "none" };
const NO_LANDING: LandingState = { landing: null, chain: null, aloneGates: [], stale: null };

const isBehind = (progress: MilestoneProgress | undefined) =>
  progress?.kind === "passed" || progress?.kind === "held" || progress?.kind === "cancelled";

const isValidation = (step: MilestoneStep) => step.kind === "validate" || step.kind === "record";

/** A validation waits until home has taken in the default branch. */
function withoutValidation(milestone: MilestoneState): MilestoneState {
  return isValidation(milestone.step) ? { ...milestone, step: NO_STEP } : milestone;
}

function finalStep(final: MilestoneProgress): MilestoneStep {
  if (final.kind === "sign-off") return final.step;
  if (final.kind !== "validation") return NO_STEP;
  return "step" in final.validation ? final.validation.step : NO_STEP;
}

function deriveFeatures(
  mission: MissionSnapshot,
  snapshot: Snapshot,
  document: MissionDocument,
  findings: readonly Finding[],
  current: string | null,
): readonly FeatureState[] {
  return mission.files.features.map((feature) =>
    deriveFeature(feature, {
      mission,
      document,
      findings,
      now: snapshot.now,
      stopped: snapshot.stopped,
      missionCancelled: document.status === "cancelled",
      current,
      openDependency: (other) => findOpenDependency(other, mission, snapshot.missions),
      hasChecks: (other) => gateChecks(mission, [other]).length > 0,
    }),
  );
}

function deriveSteps(
  mission: MissionSnapshot,
  snapshot: Snapshot,
  document: MissionDocument,
  { final, landing, validationDue }: { final: MilestoneProgress | null; landing: LandingState; validationDue: boolean },
): readonly MissionStep[] {
  if (mission.ledgerState === "none") {
    return [
      { kind: "begin", home: homeBranch(document, snapshot.defaultBranch.name), because: "its file says active" },
    ];
  }
  const merge = deriveMerge(mission);
  const follow = deriveFollow(mission, validationDue);
  const complete: MissionStep | null =
    final?.kind === "passed" && !merge
      ? { kind: "complete", because: "every milestone is passed and the contract holds" }
      : null;
  const stale: MissionStep | null = landing.stale ? { kind: "ask", ask: landing.stale } : null;
  return [merge, follow, stale, deadlineAsk(mission, document, snapshot), complete].filter((step) => step !== null);
}

/** The closing commit precedes the last merge, which is still due then. */
function afterEnd(mission: MissionSnapshot, document: MissionDocument, snapshot: Snapshot): readonly MissionStep[] {
  if (document.status !== "completed" || snapshot.stopped || mission.ledgerState !== "ok") return [];
  const merge = deriveMerge(mission);
  return merge ? [merge] : [];
}

function deadlineAsk(mission: MissionSnapshot, { deadline }: MissionDocument, { now }: Snapshot): MissionStep | null {
  if (deadline === null || now < deadline) return null;
  const ask = {
    ask: "deadline" as const,
    about: null,
    risk: null,
    boundTo: String(deadline),
    text: `The deadline of ${mission.id} has passed. Approve to go on, or cancel it.`,
  };
  return deriveAsk(mission.ledger, ask).kind === "unasked" ? { kind: "ask", ask } : null;
}

/** Asks without an answer that something still waits for: one bound to an older spec, head or commit is closed by itself. */
function deriveOpenAsks(
  mission: MissionSnapshot,
  features: readonly FeatureState[],
  milestones: readonly MilestoneState[],
  final: MilestoneProgress | null,
): MissionState["openAsks"] {
  const waiting = new Map<string, readonly string[]>();
  for (const { id, status, document, head } of features)
    if (status === "needs_input") waiting.set(id, [document.spec, ...(head ? [head] : [])]);
  for (const { id, status, verdict } of milestones)
    if (status === "needs_input" || status === "blocked") waiting.set(id, verdict ? [verdict.fact.base] : []);
  if (final && (final.kind === "sign-off" || final.kind === "validation")) waiting.set("final", []);
  const merges = new Set(mission.merges.map(({ head }) => head));
  return mission.ledger.asks.filter(({ asked, answered }) => {
    if (answered) return false;
    const { ask, about, boundTo } = asked.fact;
    if (ask === "merge") return merges.has(boundTo);
    if (ask === "follow") return mission.follow?.defaultTip === boundTo;
    if (about === null) return true;
    const parts = waiting.get(about);
    return parts?.every((part) => boundTo.includes(part)) ?? false;
  });
}
