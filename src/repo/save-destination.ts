/** The branch that edits are saved on, and what stands in the way of moving it. */

import type { Git, Worktree } from "../doors/git.ts";
import type { Checkout } from "../doors/person.ts";
import type { SaveRefusal } from "./save-result.ts";
import { isMissionPath } from "./save-target.ts";

export interface Destination {
  branch: string;
  /** Full name. */
  ref: string;
  /** At the authority; null when the branch is not there. */
  tip: string | null;
  /** What the new commit stands on: the tip, or where nothing but mission files is ahead of it, the person's own branch. */
  start: string | null;
  /** Set when the person stands on this branch. `commit` is null before the first one. */
  here: { checkout: Checkout; commit: string | null } | null;
  /** Another checkout that has to move along, since no remote stands between. */
  elsewhere: Worktree | null;
}

export interface DestinationQuestion {
  git: Git;
  checkout: Checkout | null;
  remote: string | null;
  branch: string;
  tip: string | null;
}

/** More commits than this are no mission edits that a person forgot to push. */
const MAX_UNPUSHED = 50;

export async function openDestination(question: DestinationQuestion): Promise<Destination | SaveRefusal> {
  const { git, checkout, remote, branch, tip } = question;
  const ref = `refs/heads/${branch}`;
  const head = (await checkout?.readHead()) ?? null;
  const here = checkout && head?.ref === ref ? { checkout, commit: head.commit } : null;
  const worktrees = await git.listWorktrees();
  const holder = worktrees.find((worktree) => holds(worktree, ref, here?.checkout.folder ?? null));
  const busy = holder && (here !== null || remote === null) ? explainBusy(holder, branch, here !== null) : null;
  if (busy) return busy;
  // Only the first commit of a repository begins a branch.
  if (tip === null && (here === null || here.commit !== null)) return explainMissing(branch, remote, here !== null);
  if (tip !== null && here && !here.commit) {
    const message = `${branch} has commits that this checkout lacks`;
    return { code: "no-branch", message, next: `git pull ${remote ?? "."} ${branch}` };
  }
  const start = here?.commit && (await canPushAlong(git, tip, here.commit)) ? here.commit : tip;
  return { branch, ref, tip, start, here, elsewhere: here || remote !== null ? null : (holder ?? null) };
}

export function isRefusal(value: Destination | SaveRefusal): value is SaveRefusal {
  return "code" in value;
}

/** The checkout that a move of the branch would have to respect: the person's own before any other. */
function holds(worktree: Worktree, ref: string, own: string | null): boolean {
  if (own !== null) return worktree.path === own;
  return worktree.head === ref || worktree.busyBranches.includes(ref);
}

function explainBusy(worktree: Worktree, branch: string, isOwn: boolean): SaveRefusal | null {
  const where = `${branch} is checked out in ${worktree.path}`;
  const refuse = (why: string, next: string): SaveRefusal => ({
    code: "checkout-busy",
    message: `${where}, ${why}`,
    next,
  });
  if (worktree.inProgress !== null) {
    return refuse(
      `where a ${worktree.inProgress} is in progress`,
      `finish the ${worktree.inProgress}, then the same command again`,
    );
  }
  if (worktree.locked) {
    return refuse("and another git works there", `wait for it; if none runs, remove ${worktree.gitDir}/index.lock`);
  }
  // In their own checkout a person knows of their editor; one that was closed without a commit looks like an open one.
  if (worktree.committing && !isOwn) {
    return refuse("where the message of a commit is being written", "finish that commit, then the same command again");
  }
  return null;
}

function explainMissing(branch: string, remote: string | null, isHere: boolean): SaveRefusal {
  const message = `${remote ?? "the repository"} has no branch ${branch}`;
  const next =
    isHere || remote !== null
      ? `git push ${remote ?? "origin"} ${branch}, where it is there here; else mission doctor`
      : "mission doctor";
  return { code: "no-branch", message, next };
}

/** Whether all that the person's branch has and the tip has not are mission edits: these wait to be pushed anyway. */
async function canPushAlong(git: Git, tip: string | null, local: string): Promise<boolean> {
  if (tip === null || local === tip) return true;
  if (!(await git.isAncestor(tip, local))) return false;
  const commits = await git.listCommits(local, tip, MAX_UNPUSHED + 1);
  if (commits.length > MAX_UNPUSHED) return false;
  for (const { oid, parents } of commits) {
    const [parent] = parents;
    if (parent === undefined || parents.length > 1) return false;
    const changes = await git.changedPaths(parent, oid);
    if (!changes.every(({ path }) => isMissionPath(path))) return false;
  }
  return true;
}
