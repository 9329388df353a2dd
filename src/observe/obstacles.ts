import type { Worktree } from "../doors/git.ts";
import { recallRefusal } from "../repo/refusals.ts";
import type { MissionsQuestion } from "./question.ts";

/** What keeps a checkout of a branch from moving forward. With a remote, checkouts are neither touched nor waited for. */
export async function findObstacle(
  { doors, authority, refusals, retry, worktrees }: MissionsQuestion,
  branch: string,
  tip: string,
): Promise<string | null> {
  if (authority.remote !== null) return null;
  const ref = `refs/heads/${branch}`;
  for (const worktree of await worktrees()) {
    const why = worktree.busyBranches.includes(ref) || worktree.head === ref ? busyReason(worktree) : null;
    if (why) return `${why} in ${worktree.path}`;
  }
  return recallRefusal(refusals, { branch, tip, now: doors.clock.now(), retry });
}

function busyReason({ inProgress, locked, committing }: Worktree): string | null {
  if (inProgress) return `a ${inProgress} is in progress`;
  if (committing) return "a commit message is open";
  return locked ? "its index is locked" : null;
}
