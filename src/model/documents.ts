/** The files that people write, in checked form. A file with findings still gives a document, filled with defaults. */

import type { Finding } from "./finding.ts";

export type MissionFileStatus = "planning" | "active" | "paused" | "cancelled" | "completed";
export type FeatureFileStatus = "todo" | "hold" | "cancelled" | "done";
export type MilestoneFileStatus = "todo" | "hold" | "cancelled";
export type Mode = "poc" | "full";
export type SignOff = "feature" | "milestone" | "mission";
export type Size = "S" | "M" | "L" | "XL";
export type Risk = "green" | "yellow" | "red";
export type Autonomy = "intern" | "specialist" | "lead";
export type Isolation = "clone" | "sandbox" | "linked";
export type MissionRoot = "missions" | "todo/missions";

/** One thing to verify. `timeoutMs` null means the default of 10 minutes. */
export type Check =
  | { method: "bash"; run: string; timeoutMs: number | null; expectOutput: string | null }
  | { method: "codebase"; pattern: string | null; absent: string | null; path: string | null }
  | {
      method: "browser";
      script: string | null;
      url: string | null;
      steps: readonly string[];
      expect: readonly string[];
    }
  | { method: "agent"; role: string | null; ask: string }
  | { method: "manual"; ask: string };

/** The role that answers a check; null where no agent does. */
export function checkRole(check: Check): string | null {
  return check.method === "agent" ? (check.role ?? "validator") : null;
}

/** What identifies a check in verdicts, on screen and in fingerprints: one line. */
export function checkLabel(check: Check): string {
  switch (check.method) {
    case "bash":
      return oneLine(check.expectOutput === null ? check.run : `${check.run} => ${check.expectOutput}`);
    case "codebase":
      return oneLine(
        `codebase ${check.absent === null ? (check.pattern ?? "") : `not ${check.absent}`} in ${check.path ?? "."}`,
      );
    case "browser":
      return oneLine(["browser", check.script ?? check.url ?? "", ...check.steps, ...check.expect].join(" "));
    case "agent":
      return oneLine(`agent ${checkRole(check)}: ${check.ask}`);
    case "manual":
      return oneLine(`manual: ${check.ask}`);
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** A part left out is null: no limit of that kind. */
export interface Budget {
  usd: number | null;
  hours: number | null;
  tokens: number | null;
  alertAt: readonly number[];
}

export interface FeatureBudget {
  usd: number | null;
  minutes: number | null;
  tokens: number | null;
}

/** Where a key stands in its file, for findings that only the whole mission shows. */
export interface Position {
  line: number;
  column: number;
}

export type Positions = Readonly<Record<string, Position>>;

export interface Resource {
  name: string;
  kind: string;
  purpose: string;
  /** A reference such as `env:SENDGRID_KEY`, never a value. */
  secret: string | null;
}

export interface MissionDocument {
  id: string;
  root: MissionRoot;
  /** Folder of the mission, such as `missions/crm`. */
  path: string;
  file: string;
  title: string;
  status: MissionFileStatus;
  mode: Mode;
  home: "branch" | "default";
  signOff: SignOff;
  /** null when the key is left out (a finding for a mission that is to start), "none" for `budget: none`. */
  budget: Budget | "none" | null;
  /** Wall clock, milliseconds since the epoch, end of that day in UTC. */
  deadline: number | null;
  land: "push" | "pull";
  /** Role that reviews delivered work, or `none`; null when the key is left out. */
  review: string | null;
  models: Readonly<Record<string, string>>;
  setup: readonly string[];
  verify: readonly Check[];
  verifyOnly: readonly Check[] | null;
  parallel: number | null;
  resources: readonly Resource[];
  preferences: unknown;
  body: string;
  at: Positions;
}

/** One assertion of the contract. */
export interface Assertion {
  id: string;
  title: string;
  text: string;
  checks: readonly Check[];
  file: string;
  line: number;
}

export interface MilestoneDocument {
  id: string;
  /** Folder name with its number, such as `01-foundation`. */
  folder: string;
  file: string;
  title: string;
  status: MilestoneFileStatus;
  verify: readonly Check[];
  fulfills: readonly string[];
  body: string;
  at: Positions;
}

export interface FeatureDocument {
  id: string;
  milestone: string;
  file: string;
  title: string;
  status: FeatureFileStatus;
  dependsOn: readonly string[];
  agent: string;
  size: Size;
  priority: number;
  risk: Risk;
  budget: FeatureBudget;
  scope: readonly string[];
  fulfills: readonly string[];
  fixes: readonly string[];
  verify: readonly Check[];
  secrets: readonly string[];
  /** The id that this feature had before it was renamed. */
  was: string | null;
  body: string;
  acceptance: readonly string[];
  /** Hash of what the worker is asked: title, body, fulfills, fixes, scope. */
  spec: string;
  /** Blob id of the file. */
  blob: string;
  at: Positions;
}

export interface Role {
  name: string;
  description: string;
  model: string;
  autonomy: Autonomy;
  tools: readonly string[];
  limits: { minutes: number | null; usdPerRun: number | null; usdPerDay: number | null };
  runtime: string | null;
  body: string;
  file: string;
  /** Keys whose value is the default because the file does not say it. */
  leftOut: readonly ("model" | "autonomy" | "tools")[];
  at: Positions;
}

export type RuntimeKind = "command" | "replay" | "claude" | "codex" | "acp" | "tmux";

export interface Runtime {
  name: string;
  kind: RuntimeKind;
  /** The program and its arguments; for `replay` the folder is `folder`. */
  run: readonly string[];
  /** Names of environment variables that this runtime is given. */
  env: readonly string[];
  cost: "none" | "unknown";
  billing: "api" | "subscription" | null;
  folder: string | null;
}

/** Knows what it is asked for by reading it. A person's own program may know of nothing but work. */
/** Codex keeps git's own files from its commands, also behind its adapter. */
export function commitsItself({ kind, run }: Pick<Runtime, "kind" | "run">): boolean {
  return kind !== "codex" && !run.some((word) => /(?:^|\/)codex-acp(?:@|$)/.test(word));
}

export function isCodingAgent({ kind }: Runtime): boolean {
  return kind !== "command" && kind !== "replay";
}

export interface Limits {
  attempts: number;
  rounds: number;
  runUsd: number;
  usdPerDay: number;
  idleMs: number;
  outputBytes: number;
  evidenceBytes: number;
}

export interface Approver {
  email: string | null;
  github: string | null;
}

export interface Notify {
  kind: "webhook" | "command";
  url: string | null;
  run: readonly string[];
  on: readonly string[];
}

export interface Config {
  /** Path of the file, also when it does not exist. */
  file: string;
  parallel: number;
  isolation: Isolation;
  setup: readonly string[];
  verify: readonly Check[];
  runtime: string | null;
  /** As in a mission's file, for all missions that do not say otherwise. */
  review: string | null;
  runtimes: readonly Runtime[];
  models: Readonly<Record<string, Readonly<Record<string, string>>>>;
  protected: readonly string[];
  limits: Limits;
  approvers: readonly Approver[];
  notify: readonly Notify[];
  /** Standing instructions for every worker. */
  body: string;
  at: Positions;
}

/** All files of one mission at one commit. */
export interface MissionFiles {
  /** null when the folder has no mission.md. */
  mission: MissionDocument | null;
  contract: readonly Assertion[];
  milestones: readonly MilestoneDocument[];
  features: readonly FeatureDocument[];
  /** Draft roles of the mission. */
  roles: readonly Role[];
  findings: readonly Finding[];
}

/** What stands beside the missions at one commit. */
export interface RepositoryFiles {
  config: Config;
  roles: readonly Role[];
  findings: readonly Finding[];
}

/** A file as git holds it, before it is read. */
export interface SourceFile {
  /** Path from the root of the repository. */
  path: string;
  /** Mode as in a git tree: 100644, 100755, 120000 (link), 160000 (submodule). */
  mode: string;
  blob: string;
  bytes: Uint8Array;
}
