/** The order of a run, what its folder says and what it reports. */

import type { Autonomy, Check, Isolation, Risk, Runtime } from "./documents.ts";
import type { About, FeatureHead, GatePurpose, Outcome, RunKind, Usage } from "./record.ts";

/** Who a process is. A pid alone proves nothing: it is reused. */
export interface Owner {
  machine: string;
  boot: string;
  pidNamespace: string;
  pid: number;
  /** Start time of the process as the system tells it, opaque. */
  startedAt: string;
}

/** Makes the process of a run wait for its word, which is told when its claim is won. */
export const WHEN_TOLD = "when-told";
export const CLAIMED = "claimed";

export interface AskedCheck {
  check: Check;
  /** Assertion that it belongs to; null for a check of config, mission, milestone or feature. */
  assertion: string | null;
}

/** A check that an agent answers, with all that it takes to ask one. */
export interface Question extends Pick<Order, "model" | "tier"> {
  /** As `checkLabel` prints the check. */
  label: string;
  role: string;
  permissions: Permissions;
  runtime: Runtime;
  prompt: string;
  minutes: number;
  /** null: no limit. */
  usd: number | null;
  tokens: number | null;
}

/** What paths a worker may change. Globs as in `scope:`; a `file#key` protects one key. */
export interface PathPolicy {
  /** Folders of all missions: never writable but for `writable`. */
  missionFolders: readonly string[];
  writable: readonly string[];
  protected: readonly string[];
  scope: readonly string[];
}

/** What a role may do on a feature, as it stands in the order. */
export interface Permissions {
  autonomy: Autonomy;
  /** Of the feature. */
  risk: Risk;
  /** Of the role; empty: all. */
  tools: readonly string[];
  /** Names of requests that a person allowed, or denied, for this spec. */
  allowed: readonly string[];
  denied: readonly string[];
}

/**
 * Everything that a run needs, as `run.json` in its folder. The program that carries it out reads this and no mission,
 * so an order can be shipped to another machine as it is.
 */
export interface Order {
  version: 1;
  run: string;
  runKind: RunKind;
  mission: string;
  about: About;
  attempt: number;
  spec: string;
  /** Home commit that the run is made against. */
  base: string;
  /** Commit that the workspace starts from: home merged with kept work, the chain to judge, the commit to validate. */
  start: string;
  /** Kept work that could not be merged with home: the workspace starts there, home is `refs/heads/home` in it. */
  conflicted: boolean;
  purpose: GatePurpose | null;
  features: readonly FeatureHead[];
  /** Code tree of `start` and of `base`, for the verdict of a gate or validation. */
  codeTree: string;
  baseCodeTree: string;
  nonce: string;
  host: string;
  owner: Owner;
  /** Common git directory of the person's repository. */
  gitDir: string;
  authority: { kind: "local" } | { kind: "remote"; remote: string };
  /** The namespace of the refs: `refs/mission` or `refs/heads/mission-state`. */
  refPrefix: string;
  branch: string;
  title: string;
  identity: { name: string; email: string };
  isolation: Isolation;
  setup: readonly string[];
  checks: readonly AskedCheck[];
  /** One for each of the checks that an agent answers. */
  questions: readonly Question[];
  runtime: Runtime | null;
  /** As the runtime calls it; null: what the runtime itself takes. */
  model: string | null;
  /** How much it may think; null where a model was named. */
  tier: "economy" | "standard" | "thinking" | null;
  role: string | null;
  /** Session to resume, where the runtime can. */
  session: string | null;
  /** Tokens that earlier runs used in it: some agents count over all of a session. */
  sessionSpent: { input: number; output: number; cached: number };
  secrets: readonly { name: string; reference: string }[];
  policy: PathPolicy;
  permissions: Permissions;
  limits: RunLimits;
  ttlMs: number;
  createdAt: number;
}

export interface RunLimits {
  wallMs: number;
  idleMs: number;
  setupMs: number;
  checkMs: number;
  usd: number | null;
  tokens: number | null;
  outputBytes: number;
  diskBytes: number;
  evidenceBytes: number;
  harvestMs: number;
  killGraceMs: number;
}

/** Runs in which a program plays a role: they take the places of a host, cost money and wait for providers. */
export function isPlayed(runKind: RunKind): boolean {
  return runKind === "work" || runKind === "review";
}

/** The one feature that a run is about; null where it is about none or about several. */
export function featureOf(about: About): string | null {
  if (about.kind === "feature") return about.feature;
  return about.kind === "features" && about.features.length === 1 ? (about.features[0]?.feature ?? null) : null;
}

/** What a run's own folder on this host says, with the liveness of its owner. */
export interface LocalRun {
  run: string;
  folder: string;
  order: Order;
  owner: "alive" | "dead" | "foreign";
  /** The runner wrote that it is through, all its reports are in the ledger. */
  closed: boolean;
  /** Report files that wait to be appended. */
  waiting: number;
  /** What is still there of a closed run. */
  remains?: RunRemains;
}

export interface RunRemains {
  /** The workspace, or what was begun to be deleted of it. */
  workspace: boolean;
  /** By this host's clock. */
  closedAt: number;
  /** Of output and events. */
  bytes: number;
  /** It could not be proven free: not looked at again before. */
  keptUntil: number | null;
}

/** A report file of a run's folder: what the runner found, to be appended as records. */
export interface Report {
  run: string;
  mission: string;
  /** Printed records, see `format/record`: message and attachments. */
  records: readonly import("./record.ts").NewRecord[];
  /** Refs that go along, in the same push: never names an object that the authority lacks. */
  refs: readonly { name: string; oid: string }[];
}

/** A signal at the start of a line of a worker's output. */
export type Signal =
  | { kind: "done"; text: string }
  | { kind: "question"; text: string }
  | { kind: "review"; text: string }
  | { kind: "blocked"; text: string }
  | { kind: "usage"; usd: number | null; input: number; output: number; cached: number }
  | { kind: "verdict"; result: "passed" | "failed" | "inconclusive"; text: string };

export interface Handoff {
  plan: string;
  summary: string;
  selfReview: string;
  decisions: string;
  evidence: string;
  openPoints: string;
}

/** What a worker's process came to, before git is looked at. */
export interface WorkerEnd {
  exitCode: number | null;
  signal: string | null;
  reason:
    | "exited"
    | Extract<Outcome, "timeout" | "idle" | "over-budget" | "stopped">
    | "output"
    | "disk"
    /** Its workspace is not there any more. */
    | "gone"
    /** What hears it failed. */
    | "broken"
    | "spawn-failed";
  lastSignal: Signal | null;
  usage: Usage;
  tail: string;
}
