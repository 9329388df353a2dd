import type { Doors } from "../doors/doors.ts";
import type { Worktree } from "../doors/git.ts";
import type { RestingMission } from "../model/snapshot.ts";
import type { Authority } from "../repo/authority.ts";
import type { Refusals } from "../repo/refusals.ts";
import type { Documents } from "./documents.ts";

/** Refs and what the authority said of itself. */
export interface Seen {
  refs: ReadonlyMap<string, string>;
  defaultBranch: string;
  /** Whether the authority was asked and has answered. */
  isFresh: boolean;
  /** Why the authority can't be reached; null when it was, or was not asked. */
  reason: string | null;
  rewound: readonly string[];
  vanished: readonly string[];
  unpublished: readonly string[];
}

/** What looking at the missions is given. */
export interface MissionsQuestion extends Seen {
  doors: Doors;
  authority: Authority;
  documents: Documents;
  /** Read once for all missions. */
  refusals: Refusals;
  /** Missions that may be left out, unless they have changed; null when all are wanted. */
  resting: readonly RestingMission[] | null;
  /** Nothing starts anywhere. */
  stopped: boolean;
  /** Missions of runs on this host. */
  local: ReadonlySet<string>;
  defaultTip: string | null;
  /** Looked at once for all missions. */
  worktrees(): Promise<readonly Worktree[]>;
  /** Whether what was in the way of a checkout may be tried again; a mere look says what it was. */
  retry: boolean;
}
