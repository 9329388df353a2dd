import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { findIndexFault } from "../../../doors/git/debris/index-fault.ts";
import { makeRunner } from "../../../doors/git/process/spawn.ts";
import type { Worktree } from "../../../doors/git.ts";
import { bad, type Found, mendable, mended, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

/** The index of a checkout, which only a person's git uses: missions go on beside a broken one. */
export const checkIndexFiles: PlaceCheck = async ({ context: { doors, env } }) => {
  const { git, debris } = doors;
  const runner = makeRunner(git.gitDir, env);
  const found: Found[] = [];
  for (const { path, gitDir } of (await git.listWorktrees()).filter((worktree) => hasIndex(worktree))) {
    const index = join(gitDir, "index");
    const fault = findIndexFault(index);
    if (fault === null) continue;
    const words = bad(
      ["index-corrupt", "index", `the index of ${path} is broken: ${fault}`],
      `mv ${quote(index)} ${quote(`${index}.broken`)} && git -C ${quote(path)} reset`,
    );
    found.push(
      mendable(words, "sets it aside and makes it anew from HEAD; no file of the checkout changes", async () => {
        // Made beside it: without any index, a person's next commit would delete all that it does not name.
        const fresh = `${index}.fresh`;
        rmSync(fresh, { force: true });
        await runner.demand(["reset", "-q"], { worktree: path, env: { GIT_INDEX_FILE: fresh } }, [0, 1]);
        const place = debris.replace(index, fresh);
        return mended(`it was made anew, what was added to it must be added again; the broken one lies in ${place}`);
      }),
    );
  }
  return found;
};

function hasIndex({ path, gitDir, locked }: Worktree): boolean {
  return !locked && existsSync(path) && existsSync(join(gitDir, "index"));
}
