/** Everything that one pulse saw. Deriving needs nothing else. */

import type { MissionFiles, MissionRoot, RepositoryFiles } from "./documents.ts";
import type { Finding } from "./finding.ts";
import type { Ledger } from "./ledger.ts";
import type { LocalRun } from "./run.ts";

export interface Snapshot {
  now: number;
  host: string;
  authority: { kind: "local" } | { kind: "remote"; remote: string; reachable: boolean; reason: string | null };
  defaultBranch: { name: string; tip: string | null; codeTree: string | null };
  /** config.md and roles at the default branch. */
  repository: RepositoryFiles;
  builtinRoles: RepositoryFiles["roles"];
  stopped: boolean;
  /** Ledgers here that the authority lacks: nothing is dispatched until they are published. */
  unpublished: readonly string[];
  /** Why nothing can be dispatched from this clone at all, such as a partial clone; null when it can. */
  unfit: string | null;
  missions: readonly MissionSnapshot[];
  /** Left out of `missions`, because what was derived of them still holds. */
  resting: readonly RestingMission[];
  localRuns: readonly LocalRun[];
  hosts: readonly HostSighting[];
  capabilities: Capabilities;
}

/** The beat of a host as this observer knows it. */
export interface HostSighting {
  host: string;
  /** Commit of the beat. */
  beat: string;
  /** The beat's own date. */
  at: number;
  /** When this observer first saw this very beat; null when it has no memory. */
  seenAt: number | null;
  runs: readonly string[];
}

export interface Capabilities {
  /** Names of the configured runtimes that can run here; others with the reason why not. */
  runtimes: readonly { name: string; reason: string | null }[];
  /** config.md names no runtime: these are the known agents that are installed here. */
  isFound?: boolean;
  /** References such as `env:NAME` that this host can resolve. */
  secrets: readonly string[];
}

/** A planned mission that was derived before: nothing of it is due, and its state follows from what `key` names alone. */
export interface RestingMission {
  id: string;
  root: MissionRoot;
  key: string;
  findings: readonly Finding[];
  /** References of its resources, such as `env:NAME`. */
  secrets: readonly string[];
}

export interface MissionSnapshot {
  id: string;
  root: MissionRoot;
  path: string;
  /** `newer`: written by a newer program, shown but not moved. `damaged`: git can't read the ledger or the files. */
  ledgerState: "none" | "ok" | "rewound" | "missing" | "newer" | "damaged";
  ledger: Ledger;
  /** Why the authority would not let the ledger begin when that was last tried; null or left out: nothing is known. */
  refused?: string | null;
  /** Where the mission is read: its home, or before the ledger begins the default branch. null when that branch is missing. */
  home: HomeSnapshot | null;
  /** The folder is gone from home. */
  gone: boolean;
  files: MissionFiles;
  /** config.md and roles at home. */
  repository: RepositoryFiles;
  /** Candidate heads: by feature, the tip of its branch if that descends from the delivered head, else the delivered head. */
  candidates: Readonly<Record<string, string>>;
  /** Titles and statuses of features that other missions may depend on: `other/feature`. */
  follow: FollowFacts | null;
  /** Signed commits that are due on the default branch, in order. */
  merges: readonly MergeFacts[];
  /** What its state follows from while it is planned; left out where that was not asked, null where more counts. */
  restKey?: string | null;
}

export interface HomeSnapshot {
  branch: string;
  tip: string;
  codeTree: string;
  isDefault: boolean;
  /** What keeps a checkout of home from moving forward: words for a person; null when nothing does. */
  obstacle: string | null;
}

/** The default branch as seen from a home branch. */
export interface FollowFacts {
  defaultTip: string;
  /** Something under the missions' folders changed there since the last merge. */
  missionsChanged: boolean;
  /** Code tree of the merge; null when it conflicts. */
  codeTree: string | null;
  conflicts: readonly string[];
}

/** A signed home commit as seen from the default branch. */
export interface MergeFacts {
  milestone: string;
  head: string;
  /** It is there already: an ancestor of the default branch, or a squash of it is. */
  contained: boolean;
  commit: string | null;
  /** Code tree of the merge; null when it conflicts. */
  codeTree: string | null;
  /** Code tree of `head`. */
  headCodeTree: string;
  conflicts: readonly string[];
  obstacle: string | null;
}
