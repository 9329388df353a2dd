/** What the engine does for a mission as a whole: begin, follow the default branch, merge what is signed, complete. */

import type { MissionDocument } from "../model/documents.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { Condition, FeatureState, MissionStep } from "../model/state.ts";
import { deriveAsk, type Waiting, waitForPerson } from "./asks.ts";
import { deriveFollowing, type Following } from "./following.ts";
import { deriveHomeGate, type HomeGate } from "./home-gate.ts";
import type { LandingState } from "./landing.ts";
import { deriveMerging } from "./merging.ts";
import type { Subject } from "./milestone-status.ts";

export interface MissionSteps {
  steps: readonly MissionStep[];
  following: Following | null;
  homeGate: HomeGate | null;
  /** Conditions in which a person is waited for. */
  waiting: readonly Condition[];
}

export interface StepOptions {
  snapshot: Snapshot;
  /** Why nothing new starts; null when it may. */
  held: string | null;
  landing: LandingState;
  features: readonly FeatureState[];
  validationDue: boolean;
  current: string | null;
  /** The contract holds and is signed. */
  isOver: boolean;
}

const NO_STEPS: MissionSteps = { steps: [], following: null, homeGate: null, waiting: [] };

export function deriveSteps(subject: Subject, options: StepOptions): MissionSteps {
  const { mission, plan, document } = subject;
  const { snapshot, held, landing, features, validationDue, current, isOver } = options;
  if (snapshot.stopped || mission.ledgerState !== "ok") return NO_STEPS;
  const mayRun = held === null;
  const isClosed = document.status === "completed";
  const merging = mayRun || isClosed ? deriveMerging(mission, plan) : null;
  // Also while nothing may start: the edit that lets it go on, or mends a file, comes home this way.
  const defaultBranch = snapshot.defaultBranch.name;
  const following = isClosed ? null : deriveFollowing(mission, plan, { validationDue, mayRun, current, defaultBranch });
  const homeGate = mayRun ? deriveHomeGate(mission, plan, { snapshot, current, features }) : null;
  const late = document.status === "active" ? deadlineWaits(subject, snapshot.now) : null;
  const complete: MissionStep | null =
    mayRun && isOver ? { kind: "complete", because: "every milestone is passed and the contract holds" } : null;
  const steps = [
    merging?.step,
    following?.step,
    homeGate?.step,
    askOf(mayRun ? landing.stale : null),
    askOf(late),
    complete,
  ];
  const waiting = [merging?.waits?.condition, following?.condition, homeGate?.waits?.condition, late?.condition];
  return {
    steps: steps.filter((step) => !!step),
    following,
    homeGate,
    waiting: waiting.filter((told) => !!told),
  };
}

function askOf(waits: Waiting | null): MissionStep | null {
  return waits?.step.kind === "ask" ? waits.step : null;
}

/** The step that begins the ledger of a mission that a person made active. */
export function deriveBegin(document: MissionDocument, defaultBranch: string): MissionStep {
  const home = document.home === "default" ? defaultBranch : `mission/${document.id}/home`;
  return { kind: "begin", home, because: "its file says active" };
}

/** A deadline that has passed, and that nobody has lifted by approving to go on; null otherwise. */
export function deadlineWaits({ mission, document: { deadline } }: Subject, now: number): Waiting | null {
  if (deadline === null || now < deadline) return null;
  const text = `The deadline of ${mission.id} has passed. Approve to go on, or cancel it.`;
  const ask = { ask: "deadline" as const, about: null, risk: null, boundTo: String(deadline), text };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return null;
  const next = state.kind === "denied" ? `mission edit ${mission.id} (its deadline)` : undefined;
  const told = { code: "deadline", message: "its deadline has passed", ...(next ? { next } : {}) };
  const waits = waitForPerson(mission, ask, told, state);
  return state.kind === "denied" ? { ...waits, step: { kind: "none" } } : waits;
}
