import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { listFolders, readText } from "../../../doors/git/debris/git-files.ts";
import { type Found, mendable, mended, note, type PlaceCheck } from "./check.ts";
import { quote } from "./locks.ts";

/** Entries of linked checkouts whose folder is gone. A branch checked out there counts as taken. */
export const checkWorktrees: PlaceCheck = async ({ context: { doors } }) => {
  const { git, debris } = doors;
  const found: Found[] = [];
  for (const entry of listFolders(join(git.gitDir, "worktrees"))) {
    const pointer = readText(join(entry, "gitdir"))?.trim() ?? "";
    if (existsSync(join(entry, "locked")) || (pointer !== "" && existsSync(resolve(entry, pointer)))) continue;
    const where = pointer === "" ? "names no folder" : `is of ${pointer.replace(/\/\.git$/, "")}, which is gone`;
    const text = `the entry ${entry} of a linked checkout ${where}`;
    const head = readText(join(entry, "HEAD"))?.trim() ?? "";
    // Nothing else may hold that commit.
    const isAlone = /^[0-9a-f]{40,64}$/.test(head) && !(await isKept(doors.git, head));
    if (isAlone) {
      const next = `git branch rescued-${head.slice(0, 7)} ${head}, then git worktree prune`;
      found.push(
        note(
          ["worktree-dangling", "checkouts", `${text}; it stood on ${head.slice(0, 10)}, which no branch holds`],
          next,
        ),
      );
      continue;
    }
    const words = note(
      ["worktree-dangling", "checkouts", text],
      `git worktree prune, or git worktree repair ${quote("<path>")} if it was moved`,
    );
    found.push(mendable(words, "sets the entry aside", async () => mended(`it lies in ${debris.setAside(entry)} now`)));
  }
  return found;
};

async function isKept(git: Parameters<PlaceCheck>[0]["context"]["doors"]["git"], commit: string): Promise<boolean> {
  if ((await git.resolve(commit)) === null) return true;
  const tips = new Set((await git.listRefs(["refs"])).values());
  if (tips.has(commit)) return true;
  for (const tip of tips) if ((await git.readCommit(tip)) && (await git.isAncestor(commit, tip))) return true;
  return false;
}
