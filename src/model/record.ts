/**
 * Records: the facts on a mission's ledger, one commit each. `decision` kinds are valid only on the tip that they were
 * decided on; reports are true on any tip and are re-parented when they lose a swap.
 */

export const RECORD_KINDS = [
  "created",
  "claim",
  "run-ended",
  "verdict",
  "merged",
  "landed",
  "asked",
  "answered",
  "comment",
  "control",
  "blocked",
  "amended",
  "completed",
] as const;

export type RecordKind = (typeof RECORD_KINDS)[number];

/** The version of the ledger's format that this program writes. */
export const MISSION_FORMAT = 1;

export type RunKind = "work" | "gate" | "review" | "validate" | "plan" | "learn";

export const OUTCOMES = [
  "delivered",
  "nothing-to-do",
  "question",
  "failed",
  "timeout",
  "idle",
  "over-budget",
  "policy",
  "setup-failed",
  "quota",
  "provider",
  "lost",
  "stopped",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** What a person has to see to before a provider takes work again; without it that passes by itself. */
export const NEEDS = ["sign-in", "payment", "model"] as const;
export type Need = (typeof NEEDS)[number];

export type Result = "passed" | "failed" | "conflict" | "inconclusive" | "unchecked";

/** A feature together with the head of its work and the spec that the work was done for. */
export interface FeatureHead {
  feature: string;
  head: string;
}

export type CostSource = "reported" | "priced" | "assumed";

export interface Usage {
  costUsd: number;
  costSource: CostSource;
  tokensIn: number;
  tokensOut: number;
  tokensCached: number;
  minutes: number;
}

/**
 * What a gate is for. `features` lands work, `follow` brings the default branch home, `sign` merges a signed commit into the
 * default branch, `home` judges what a person put on home.
 */
export type GatePurpose = "features" | "follow" | "sign" | "home";

/** What a run, a verdict or an ask is about. Exactly one part is set; `mission` stands for the mission as a whole. */
export type About =
  | { kind: "feature"; feature: string }
  | { kind: "features"; features: readonly FeatureHead[] }
  | { kind: "milestone"; milestone: string }
  | { kind: "follow"; head: string }
  | { kind: "sign"; milestone: string; head: string }
  | { kind: "home"; head: string }
  | { kind: "mission" };

export interface Created {
  kind: "created";
  format: number;
  /** Branch name of home. */
  home: string;
}

export interface Claim {
  kind: "claim";
  run: string;
  runKind: RunKind;
  about: About;
  attempt: number;
  spec: string;
  base: string;
  /** Where the run starts from or what it judges, when that is not the base. */
  head: string | null;
  host: string;
  nonce: string;
  reserveUsd: number;
  reserveMinutes: number;
  reserveTokens: number;
  ttlMs: number;
}

export interface RunEnded {
  kind: "run-ended";
  run: string;
  outcome: Outcome;
  head: string | null;
  /** For `quota` and `provider`: when to try again. */
  until: number | null;
  /** For `quota` and `provider`; left out where nobody has to do anything. */
  needs?: Need | undefined;
  usage: Usage;
  /** Role that was at work; left out where none was, or nobody noted it. */
  agent?: string | undefined;
  runtime: string | null;
  program: string | null;
  model: string | null;
  /** How its runtime is paid for; left out where nobody said. */
  billing?: "api" | "subscription" | undefined;
  /** Who spent how much of it, where several agents or models were at work one after another; left out for one. */
  shares?: readonly Share[] | undefined;
  session: string | null;
  fingerprint: string | null;
  /** Changed protected paths and paths outside the feature's scope, as far as a person must be asked. At most 20 each. */
  protectedPaths: readonly string[];
  outsidePaths: readonly string[];
}

export type Share = Pick<Usage, "costUsd"> &
  Pick<RunEnded, "model"> & { agent: string; runtime: string; tokens: number };

export interface CheckResult {
  result: "passed" | "failed" | "inconclusive";
  label: string;
  /** Set when it failed. */
  fingerprint: string | null;
}

export interface AssertionResult extends Omit<CheckResult, "label"> {
  id: string;
}

export interface Verdict {
  kind: "verdict";
  /** null when a person overrode it or no process was needed (no checks, a conflict). */
  run: string | null;
  of: "gate" | "review" | "validate";
  about: About;
  codeTree: string;
  /** Commit that was judged for a validation or a merge; home commit that a chain was built on. */
  base: string;
  /** Code tree of `base`: the verdict on a chain holds while home has this code tree. */
  baseCodeTree: string;
  result: Result;
  byRuntime: string | null;
  checks: readonly CheckResult[];
  assertions: readonly AssertionResult[];
  override: string | null;
}

export interface Merged {
  kind: "merged";
  milestone: string;
  head: string;
  commit: string;
}

export interface Landed {
  kind: "landed";
  feature: string;
  run: string | null;
  /** Spec of the feature as it landed: a later change of it releases a revert. */
  spec: string;
  commit: string;
  codeTree: string;
}

export type AskKind =
  | "question"
  | "permission"
  | "approval"
  | "sign-off"
  | "budget"
  | "override"
  /** A review that came to no verdict. */
  | "review"
  | "follow"
  | "home"
  | "merge"
  | "stale"
  | "manual"
  | "deadline";

export interface Asked {
  kind: "asked";
  ask: AskKind;
  /** Feature or milestone id; `final` for the mission's end; null for the mission. */
  about: string | null;
  risk: string | null;
  /** What an answer is bound to: `spec head` of a feature, a home commit, a limit of the budget. */
  boundTo: string;
  expires: number | null;
}

export interface Answered {
  kind: "answered";
  /** Number of the ask, as in `q7`. */
  ask: number;
  decision: "approved" | "denied" | "answer";
  boundTo: string;
}

export interface Comment {
  kind: "comment";
  feature: string | null;
  mentions: readonly string[];
}

export type ControlAction = "pause" | "resume" | "stop" | "quarantine" | "retry";

export interface Control {
  kind: "control";
  /** `crm`, `crm/schema`, a run id, `agent:coder` or `host:name`. */
  target: string;
  action: ControlAction;
}

export interface Blocked {
  kind: "blocked";
  thing: string | null;
  reason: "home-refused" | "merge-refused" | "setup";
}

export interface Amended {
  kind: "amended";
  commit: string;
  because: string;
}

export interface Completed {
  kind: "completed";
  commit: string;
  costUsd: number;
  minutes: number;
  tokens: number;
}

export type Fact =
  | Created
  | Claim
  | RunEnded
  | Verdict
  | Merged
  | Landed
  | Asked
  | Answered
  | Comment
  | Control
  | Blocked
  | Amended
  | Completed;

/** A fact that is to be appended. `homeTip` is the home commit that it was made against. */
export interface NewRecord {
  fact: Fact;
  by: string;
  homeTip: string | null;
  /** Markdown, may be empty. */
  body: string;
  /** Files of the commit's tree. */
  attachments: Readonly<Record<string, string>>;
}

/** A fact as read from the ledger. */
export interface LedgerRecord {
  /** Commit id. */
  id: string;
  /** Committer date, milliseconds. */
  at: number;
  author: { name: string; email: string };
  by: string;
  homeTip: string | null;
  body: string;
  fact: Fact;
}

/** A commit on a ledger that is no record: kept, shown, never fatal. */
export interface UnreadableRecord {
  id: string;
  at: number;
  reason: string;
}
