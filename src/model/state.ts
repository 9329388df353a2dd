/** What is derived from a snapshot. Nothing here is ever stored as truth. */

import type {
  Check,
  FeatureDocument,
  MilestoneDocument,
  MissionDocument,
  MissionRoot,
  RepositoryFiles,
  Role,
  Runtime,
} from "./documents.ts";
import type { Finding } from "./finding.ts";
import type { AskEntry, Entry, Ledger, RunEntry } from "./ledger.ts";
import type { AskKind, FeatureHead, GatePurpose, Verdict } from "./record.ts";
import type { AskedCheck, LocalRun } from "./run.ts";
import type { HomeSnapshot } from "./snapshot.ts";

export const FEATURE_STATUSES = [
  "backlog",
  "ready",
  "in_progress",
  "review",
  "needs_input",
  "blocked",
  "done",
  "cancelled",
] as const;
export type FeatureStatus = (typeof FEATURE_STATUSES)[number];

export const MILESTONE_STATUSES = [
  "pending",
  "active",
  "validating",
  "needs_input",
  "passed",
  "failed",
  "blocked",
  "held",
  "cancelled",
] as const;
export type MilestoneStatus = (typeof MILESTONE_STATUSES)[number];

export const MISSION_STATUSES = [
  "planning",
  "active",
  "paused",
  "cancelled",
  "blocked",
  "validating",
  "completed",
  "gone",
] as const;
export type MissionStatus = (typeof MISSION_STATUSES)[number];

/** Why a status is what it is. `next` is the one command or edit that would move it; null when nothing is needed. */
export interface Condition {
  code: string;
  message: string;
  /** Record or run ids that show it. */
  evidence: readonly string[];
  /** First moment at which the clock alone could change it. */
  until: number | null;
  next: string | null;
  /** When what stands in the way began; left out where it is no more than the thing's own history. */
  since?: number | undefined;
}

/** The next thing that the engine itself would do for a feature. */
export type FeatureStep =
  | { kind: "none" }
  | { kind: "dispatch"; attempt: number; kept: string | null; because: string; offer: Offer | null }
  /** Wants a gate. `alone`: before a sign-off or approval; else in a chain. */
  | { kind: "gate"; head: string; alone: boolean; deliveredAt: number }
  /** Delivered and free to land without a gate run: `poc` and nothing to check. */
  | { kind: "land-unchecked"; head: string; deliveredAt: number }
  /** Passed its gate alone and wants a reviewer to look at it. */
  | { kind: "review"; head: string; deliveredAt: number; reviewer: Reviewer; offer: Offer | null }
  | { kind: "ask"; ask: NewAsk }
  /** Home says done, the ledger does not know. */
  | { kind: "adopt" };

/** Who looks at delivered work with fresh eyes. */
export interface Reviewer {
  role: string;
  /** A file names it: any program may play it. Else only a coding agent does, whatever else is configured. */
  isNamed: boolean;
}

/** Who answers one of the checks that ask an agent, and at which price. */
export interface Judge extends Pick<Offer, "role" | "runtime" | "reserve"> {
  /** As `checkLabel` prints the check. */
  label: string;
}

/** Why a check that asks an agent is not asked here and now; a person may be needed. */
export interface Unjudged {
  isPersons: boolean;
  condition: Condition;
  step: { kind: "none" } | { kind: "ask"; ask: NewAsk };
}

/** How this host would carry out a run that a runtime plays. */
export interface Offer {
  runtime: string;
  /** Its provider refused last: one run goes first to see whether it takes work again. */
  probe: boolean;
  role: string;
  session: string | null;
  reserve: { usd: number; minutes: number; tokens: number };
  /** Money that the role may still cost today; null without a limit. */
  roleUsd: number | null;
  /** Open features that wait for it, directly or not, in the longest line. */
  rank: number;
}

export interface NewAsk {
  ask: AskKind;
  about: string | null;
  risk: string | null;
  boundTo: string;
  text: string;
}

export interface Cost {
  usd: number;
  reported: number;
  priced: number;
  assumed: number;
  /** What of the money is paid for by a subscription, not by use. */
  subscription: number;
  minutes: number;
  tokens: number;
}

export interface FeatureState {
  id: string;
  document: FeatureDocument;
  status: FeatureStatus;
  condition: Condition;
  /** Number of the last or running attempt, 0 before the first. */
  attempt: number;
  round: number;
  /** The live run or the last one. */
  run: string | null;
  live: RunEntry | null;
  head: string | null;
  cost: Cost;
  step: FeatureStep;
  column: "backlog" | "up-next" | "in-progress" | "review" | "done";
}

export interface MilestoneState {
  id: string;
  document: MilestoneDocument;
  status: MilestoneStatus;
  condition: Condition;
  round: number;
  features: readonly FeatureState[];
  /** Verdict that passed it. */
  verdict: Entry<Verdict> | null;
  step: MilestoneStep;
}

export type MilestoneStep =
  | { kind: "none" }
  | { kind: "validate"; milestone: string; checks: readonly AskedCheck[]; because: string }
  /** Nothing is asked: recorded without a run. */
  | { kind: "record"; milestone: string; result: "unchecked" | "inconclusive"; because: string }
  | { kind: "fix"; milestone: string; verdict: Entry<Verdict>; fixes: readonly NewFix[] }
  | { kind: "ask"; ask: NewAsk };

/** A feature that the engine adds because a validation failed. */
export interface NewFix {
  id: string;
  title: string;
  /** Assertion ids or check labels. */
  fixes: readonly string[];
  fingerprint: string;
  evidence: string;
  checks: readonly Check[];
}

export interface BudgetState {
  /** `subscription`: what of the others a subscription pays for. */
  usd: { limit: number | null; reserved: number } & Pick<Cost, "reported" | "priced" | "assumed" | "subscription">;
  hours: { limit: number | null; spent: number; reserved: number };
  tokens: { limit: number | null; spent: number; reserved: number };
  /** Money of the present day in UTC, with what live runs have reserved, and its limit. */
  day: { limit: number; used: number };
  /** Thresholds reached, in percent, largest part. */
  alerts: readonly number[];
  /** What is used up, whatever live runs give back; null when a run can still be paid. */
  exhausted: "usd" | "hours" | "tokens" | null;
}

export interface Chain {
  features: readonly FeatureHead[];
  purpose: GatePurpose;
  checks: readonly AskedCheck[];
}

/** What the engine would do next for a mission as a whole. */
export type MissionStep =
  | { kind: "begin"; home: string; because: string }
  | { kind: "complete"; because: string }
  | { kind: "follow"; head: string; because: string }
  | { kind: "gate-follow"; head: string; because: string; checks: readonly AskedCheck[] }
  | { kind: "gate-home"; because: string; checks: readonly AskedCheck[] }
  | { kind: "merge"; milestone: string; head: string; contained: string | null; because: string }
  | { kind: "gate-sign"; milestone: string; head: string; because: string; checks: readonly AskedCheck[] }
  | { kind: "ask"; ask: NewAsk };

/** Landing of a gated chain. */
export interface Landing {
  features: readonly FeatureHead[];
  /** Position in the ledger of the verdict that lets it land; null without checks. */
  verdict: Entry<Verdict> | null;
}

export interface MissionState {
  id: string;
  root: MissionRoot;
  path: string;
  title: string;
  document: MissionDocument | null;
  repository: RepositoryFiles;
  roles: readonly Role[];
  status: MissionStatus;
  condition: Condition;
  home: HomeSnapshot | null;
  ledger: Ledger;
  budget: BudgetState;
  milestones: readonly MilestoneState[];
  /** Id of the earliest milestone that is not passed, held or cancelled. */
  current: string | null;
  liveRuns: readonly RunEntry[];
  openAsks: readonly AskEntry[];
  findings: readonly Finding[];
  /** Nothing new starts or lands. */
  paused: boolean;
  steps: readonly MissionStep[];
  /** The whole contract, after the last milestone. */
  final: MilestoneStep;
  landing: Landing | null;
  chain: Chain | null;
  /** Gates before a sign-off or approval. */
  aloneGates: readonly Chain[];
  /** Why no work is judged on this home yet: a person put code there that has not passed. null when work may be judged. */
  unjudged: Condition | null;
  /** null where nobody reviews delivered work. */
  reviewer: Reviewer | null;
  /** By the roles that checks ask: what plays them on this host, or why nothing does. */
  judges: ReadonlyMap<string, Offer | Unjudged>;
  /** Why nothing is dispatched for the mission, null when it may be. */
  held: string | null;
}

export interface RunLoss {
  mission: string;
  run: RunEntry;
  /** `own`: the folder is here and its owner is dead. `foreign`: another host's run. */
  how: "own" | "foreign";
  because: string;
}

/** What a finished run left on this host and that is due to go. `folder`: all of it, with its output. */
export interface Leftover {
  run: string;
  what: "workspace" | "folder";
  because: string;
}

export interface State {
  at: number;
  /** First moment at which the clock alone could change anything. */
  until: number | null;
  host: string;
  authority: string;
  stopped: boolean;
  /** Why this host starts nothing; null when it may. */
  idle: string | null;
  missions: readonly MissionState[];
  losses: readonly RunLoss[];
  /** Runs of this host that must end, with the reason. */
  withdrawals: readonly { run: LocalRun; because: string; stop: boolean }[];
  /** Run folders with reports that nobody has appended. */
  unsettled: readonly LocalRun[];
  /** Orders without a claim whose owner is dead. */
  discards: readonly LocalRun[];
  leftovers: readonly Leftover[];
  slots: number;
  findings: readonly Finding[];
}

/** A runtime chosen for a run, or why there is none. */
export type RuntimeChoice =
  | { kind: "runtime"; runtime: Runtime; probe: boolean }
  | ({ kind: "none" } & Omit<Condition, "evidence">);
