/** What an audit of a ledger is given and what it answers. Everything is read from git; no remote is asked. */

import type { SignOff } from "./documents.ts";

/** A commit of a ledger as git holds it. */
export interface LedgerCommit {
  id: string;
  parents: readonly string[];
  /** Committer date, milliseconds. */
  at: number;
  author: { name: string; email: string };
  committer: { name: string; email: string };
  message: string;
}

/** A ref that says what a ledger was once. `holds`: the ledger of today goes on from it; null when its commit is not here. */
export interface Mark {
  ref: string;
  oid: string;
  holds: boolean | null;
}

/** A commit on a branch's own line, which goes along first parents. */
export interface LineCommit {
  id: string;
  parents: readonly string[];
  at: number;
  subject: string;
  committer: string;
  /** The trailers `Mission`, `Mission-Run`, `Mission-Head`. */
  mission: string | null;
  run: string | null;
  head: string | null;
  codeTree: string;
  /** Of its first parent. */
  parentCodeTree: string | null;
}

/** What became of a landing that is no longer on home's line, as far as git can tell. */
export interface OffHome {
  /** The program's own landing commit of that feature, on the home that the record names. */
  isLanding: boolean;
  /** A later record says that home was there. */
  wasHome: boolean;
}

export interface HomeEvidence {
  branch: string;
  isDefault: boolean;
  tip: string;
  /** Since the mission began, oldest first. */
  line: readonly LineCommit[];
  /** Features whose files say done at the tip. */
  done: ReadonlySet<string>;
  offHome: ReadonlyMap<string, OffHome>;
}

export interface WorkEvidence {
  run: string;
  ref: string;
  head: string;
  /** Value of the ref; null when there is none. */
  tip: string | null;
  isHere: boolean;
  /** The ref, or home or the default branch where the ref is gone, has it. */
  isKept: boolean;
}

export interface LimitEvidence {
  usd: number | null;
  minutes: number | null;
  tokens: number | null;
}

/** What the files of a mission said about signing when a record was made. */
export interface PlanEvidence {
  signOff: SignOff;
  /** In their order. `isOut`: cancelled or on hold. `features`: all of its features. */
  milestones: readonly { id: string; isOut: boolean; features: readonly string[] }[];
}

/** `git log --format=%G?` in a word; `unknown`: by a key that is not known or not trusted here. */
export type SignatureState = "good" | "bad" | "none" | "unknown";

export interface AuditEvidence {
  mission: string;
  ref: string;
  /** Along first parents, oldest first. */
  commits: readonly LedgerCommit[];
  marks: readonly Mark[];
  /** null when home is not here. */
  home: HomeEvidence | null;
  /** The default branch since the mission began; empty where home is the default branch. */
  defaultLine: readonly LineCommit[];
  /** By verdict: labels of the checks that home asked then. Missing where home of then is not here. */
  asked: ReadonlyMap<string, readonly string[]>;
  /** By claim: the budget in mission.md then. */
  limits: ReadonlyMap<string, LimitEvidence>;
  /** By claim of work, landing and closing. Missing where home of then is not here. */
  plans: ReadonlyMap<string, PlanEvidence>;
  /** The clone is shallow and does not reach back to where the mission began. */
  lacksHistory: boolean;
  /** Verdicts whose `Base` is not here. */
  baseless: ReadonlySet<string>;
  /** By record of a person's decision: addresses that may decide; empty when anybody may. */
  approvers: ReadonlyMap<string, readonly string[]>;
  work: readonly WorkEvidence[];
  /** `head later` where a judged head goes on from a delivered one. */
  fixUps: ReadonlySet<string>;
  /** null where config.md does not say `sign: true`. */
  signatures: ReadonlyMap<string, SignatureState> | null;
}

export interface Violation {
  check: string;
  /** Record that is wrong; null where something has no record. */
  record: string | null;
  what: string;
  expected: string;
  /** The one step to take. */
  next: string;
}

export interface AuditCheck {
  name: string;
  /** `unchecked`: what it needs is not here, or nothing asks for it. */
  state: "ok" | "bad" | "unchecked";
  /** What was checked, with counts. */
  told: string;
}

export interface AuditReport {
  mission: string;
  ref: string;
  tip: string | null;
  records: number;
  checks: readonly AuditCheck[];
  violations: readonly Violation[];
}
