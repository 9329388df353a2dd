import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findIndexFault } from "../../../doors/git/debris/index-fault.ts";
import { makeRunner } from "../../../doors/git/process/spawn.ts";
import type { Worktree } from "../../../doors/git.ts";
import type { Context } from "../../command.ts";
import { bad, type Found, type Mended, mendable, mended, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

/** The index of a checkout, which only a person's git uses: missions go on beside a broken one. */
export const checkIndexFiles: PlaceCheck = async ({ context }) => {
  const found: Found[] = [];
  for (const worktree of (await context.doors.git.listWorktrees()).filter(hasIndex)) {
    const { path } = worktree;
    const index = join(worktree.gitDir, "index");
    const fault = findIndexFault(index);
    if (fault === null) continue;
    const words = bad(
      ["index-corrupt", "index", `the index of ${path} is broken: ${fault}`],
      `mv ${quote(index)} ${quote(`${index}.broken`)} && git -C ${quote(path)} reset -- .`,
    );
    const fix = "sets it aside and makes it anew from HEAD; no file of the checkout changes";
    found.push(mendable(words, fix, () => underLock(index, () => makeAnew(context, worktree, index))));
  }
  return found;
};

function hasIndex({ path, gitDir }: Worktree): boolean {
  return existsSync(path) && existsSync(join(gitDir, "index"));
}

/** Git's own lock: a git that writes the index just now would lose what it writes, or we what we made. */
async function underLock(index: string, mend: () => Promise<Mended>): Promise<Mended> {
  const lock = `${index}.lock`;
  try {
    closeSync(openSync(lock, "wx"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const reason = `${lock} is there: a git is at work on it, or was killed a moment ago`;
    return { kind: "left", reason, next: "mission doctor --fix, in 2 minutes" };
  }
  try {
    return await mend();
  } finally {
    rmSync(lock, { force: true });
  }
}

async function makeAnew({ doors, env }: Context, { path, inProgress }: Worktree, index: string): Promise<Mended> {
  if (findIndexFault(index) === null) return mended("it is whole again");
  // Made beside it: without any index, a person's next commit would delete all that it does not name.
  const fresh = `${index}.fresh`;
  for (const rest of [fresh, `${fresh}.lock`]) rmSync(rest, { force: true });
  // With paths it heeds a sparse checkout all the same, and does not end a merge or a cherry-pick.
  const reset = ["reset", "-q", "--", "."];
  await makeRunner(doors.git.gitDir, env).demand(reset, { worktree: path, env: { GIT_INDEX_FILE: fresh } }, [0, 1]);
  const place = doors.debris.replace(index, fresh);
  const until = inProgress === null ? "" : ` before the ${inProgress} goes on`;
  return mended(`it was made anew, what was added to it must be added again${until}; the broken one lies in ${place}`);
}
