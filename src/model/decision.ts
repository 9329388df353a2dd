/** What a pulse will do, as values that can be printed. Each is complete: applying needs nothing but the decision and the world. */

import type { Entry } from "./ledger.ts";
import type { FeatureHead, GatePurpose, Result, Verdict } from "./record.ts";
import type { AskedCheck } from "./run.ts";
import type { Judge, NewAsk, NewFix } from "./state.ts";

/** In the order in which a pulse decides. */
export const DECISION_KINDS = [
  "stop",
  "withdraw",
  "settle",
  "recover",
  "discard",
  "begin",
  "adopt",
  "merge",
  "follow",
  "land",
  "gate",
  "record",
  "review",
  "validate",
  "fix",
  "complete",
  "ask",
  "dispatch",
  "clean",
] as const;

export type DecisionKind = (typeof DECISION_KINDS)[number];

interface Base {
  because: string;
}

interface OnMission extends Base {
  mission: string;
  /** Ledger tip that it was decided on; null before the ledger begins. */
  tip: string | null;
}

export interface Stop extends Base {
  kind: "stop";
  run: string;
}
export interface Withdraw extends Base {
  kind: "withdraw";
  run: string;
}
export interface Settle extends Base {
  kind: "settle";
  runs: readonly string[];
}
export interface Recover extends OnMission {
  kind: "recover";
  run: string;
  how: "own" | "foreign";
}
export interface Discard extends Base {
  kind: "discard";
  run: string;
}
export interface Begin extends OnMission {
  kind: "begin";
  home: string;
}
export interface Adopt extends OnMission {
  kind: "adopt";
  feature: string;
  spec: string;
}
export interface Merge extends OnMission {
  kind: "merge";
  milestone: string;
  head: string;
  /** Commit of the default branch that has it already. */
  contained: string | null;
}
export interface Follow extends OnMission {
  kind: "follow";
  head: string;
}
export interface Land extends OnMission {
  kind: "land";
  features: readonly FeatureHead[];
  verdict: Entry<Verdict> | null;
}
export interface Gate extends OnMission {
  kind: "gate";
  purpose: GatePurpose;
  features: readonly FeatureHead[];
  /** For `follow` and `sign`: the commit that is merged; for `home` the commit that is judged. */
  head: string | null;
  milestone: string | null;
  checks: readonly AskedCheck[];
  /** One for each check that an agent answers; left out where none does. */
  judges?: readonly Judge[];
}
/** A verdict that needs no process: nothing is asked. */
export interface RecordVerdict extends OnMission {
  kind: "record";
  of: "gate" | "validate";
  milestone: string | null;
  features: readonly FeatureHead[];
  result: Extract<Result, "unchecked" | "inconclusive">;
}
/** A reviewer looks at one candidate that passed its gate alone. */
export interface Review extends OnMission {
  kind: "review";
  feature: string;
  head: string;
  spec: string;
  runtime: string;
  role: string;
  reserve: { usd: number; minutes: number; tokens: number };
}
export interface Validate extends OnMission {
  kind: "validate";
  milestone: string;
  checks: readonly AskedCheck[];
  judges?: readonly Judge[];
}
export interface Fix extends OnMission {
  kind: "fix";
  milestone: string;
  fixes: readonly NewFix[];
}
export interface Complete extends OnMission {
  kind: "complete";
}
export interface Ask extends OnMission {
  kind: "ask";
  ask: NewAsk;
}
export interface Dispatch extends OnMission {
  kind: "dispatch";
  feature: string;
  attempt: number;
  spec: string;
  runtime: string;
  role: string;
  /** Head of kept work. */
  kept: string | null;
  session: string | null;
  reserve: { usd: number; minutes: number; tokens: number };
}

/** Deletes what a finished run left on this host, once it is proven that all of it is kept. */
export interface Clean extends Base {
  kind: "clean";
  run: string;
  what: "workspace" | "folder";
}

export type Decision =
  | Stop
  | Withdraw
  | Settle
  | Recover
  | Discard
  | Begin
  | Adopt
  | Merge
  | Follow
  | Land
  | Gate
  | RecordVerdict
  | Review
  | Validate
  | Fix
  | Complete
  | Ask
  | Dispatch
  | Clean;

/** What became of a decision. `lost`: somebody else was quicker, the mission is observed again. */
export type Applied =
  | { kind: "done"; detail: string }
  | { kind: "lost"; reason: string }
  | { kind: "waits"; reason: string }
  | { kind: "unreachable"; reason: string }
  /** `refused`: the authority does not take what is recorded, and would say so again. */
  | { kind: "failed"; reason: string; refused?: true };
