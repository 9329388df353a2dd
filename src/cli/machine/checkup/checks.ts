/** The checks of `mission doctor` in their order: files first, since what is built on broken ones says little. */

import { GitError } from "../../../doors/git.ts";
import { readStanding } from "../../../repo/standing.ts";
import type { Context } from "../../command.ts";
import { look } from "../../read/look.ts";
import { checkAgents } from "./agents.ts";
import { bad, type Found, type Place, type PlaceCheck, type SceneCheck } from "./check.ts";
import { checkClaims } from "./claims.ts";
import { checkHead } from "./head.ts";
import { checkIndexFiles } from "./index-file.ts";
import { checkLedgers } from "./ledgers.ts";
import { checkLocks } from "./locks.ts";
import { checkMoved } from "./moved.ts";
import { checkObjects } from "./objects.ts";
import { checkRefs } from "./refs.ts";
import { checkRemote } from "./remote.ts";
import { checkClock, checkClone, checkDefaultBranch, checkDisk, checkIdentity } from "./repository.ts";
import { checkHostLocks, checkPulse, checkRuns, checkTrash } from "./runs.ts";
import { checkWorktrees } from "./worktrees.ts";

/** Files of the repository and of this host. `--fix` mends these before anything else is looked at. */
const FILE_CHECKS: readonly PlaceCheck[] = [
  checkHead,
  checkLocks,
  checkRefs,
  checkObjects,
  checkIndexFiles,
  checkWorktrees,
  checkHostLocks,
  checkTrash,
];
const PLACE_CHECKS: readonly PlaceCheck[] = [checkIdentity, checkClone, checkMoved, checkDisk];
const SCENE_CHECKS: readonly SceneCheck[] = [
  checkRemote,
  checkDefaultBranch,
  checkAgents,
  checkRuns,
  checkClaims,
  checkLedgers,
  checkClock,
  checkPulse,
];

/** Called after each check with what it found: `--fix` mends here, so that the next check sees it mended. */
export type Settle = (found: readonly Found[]) => Promise<readonly Found[]>;

/** Everything that is wrong in a repository: its own files first, then the clone, the remote, the missions and what runs left. */
export async function checkRepository(context: Context, settle: Settle): Promise<readonly Found[]> {
  const files = await runChecks(FILE_CHECKS, () => openPlace(context), settle);
  const place = await runChecks(PLACE_CHECKS, () => openPlace(context), settle);
  const scene = await guarded(async () => {
    const sight = await look(context, { fetch: true });
    const { standing } = await openPlace(context);
    return runChecks(SCENE_CHECKS, async () => ({ context, standing, sight }), settle);
  });
  return tellOnce([...files, ...place, ...scene]);
}

/** What can't be told yet, because HEAD or config is broken, is as in a repository without a remote. */
async function openPlace(context: Context): Promise<Place> {
  try {
    return { context, standing: await readStanding(context.doors.git) };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return { context, standing: { remote: null, defaultBranch: null, refPrefix: "refs/mission" } };
  }
}

async function runChecks<T>(
  checks: readonly ((subject: T) => Promise<readonly Found[]> | readonly Found[])[],
  open: () => Promise<T>,
  settle: Settle,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const check of checks) found.push(...(await settle(await guarded(async () => check(await open())))));
  return found;
}

/** The same broken file makes several of them fail. */
function tellOnce(found: readonly Found[]): readonly Found[] {
  return found.filter((each, index) => {
    return each.code !== "git-fails" || found.findIndex(({ text }) => text === each.text) === index;
  });
}

/** What git can't do is a finding like any other: it must not hide the rest. */
async function guarded(work: () => Promise<readonly Found[]>): Promise<readonly Found[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    const words = error.stderr.trim().split("\n")[0] || error.message;
    const next = /bad config/.test(words) ? "git config --edit, and put that line right" : "git fsck";
    return [bad(["git-fails", "git", `git ${error.args[0] ?? ""} failed: ${words}`], next)];
  }
}
