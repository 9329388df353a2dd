/**
 * Work merged with home. It was made on what home was then; where somebody has since taken that off home by force, a plain
 * merge would bring back what was taken away: then only what the work itself changed is put on home.
 */

import type { Git, Identity, MergeTreeResult } from "../doors/git.ts";

export interface Work {
  head: string;
  /** Home commit that the work was made against; null when nobody knows. */
  base: string | null;
}

/** Nothing refers to the commits that stand in for a common history. */
const NOBODY: Identity = { name: "git-mission", email: "git-mission@localhost" };

/** Whether what a work was made on is still on home. Work of one time has one base, and that is asked once. */
export type IsOnHome = (base: string) => Promise<boolean>;

export function askHome(git: Git, home: string): IsOnHome {
  const answers = new Map<string, Promise<boolean>>();
  return (base) => {
    const answer = answers.get(base) ?? isOnHome(git, base, home);
    answers.set(base, answer);
    return answer;
  };
}

/** Merges work with home, or with what stands on it. */
export async function mergeWork(
  git: Git,
  { head, base }: Work,
  { onto, isOnHome }: { onto: string; isOnHome: IsOnHome },
): Promise<MergeTreeResult> {
  if (base === null || (await isOnHome(base))) return git.mergeTree(onto, head);
  const [before, ours, theirs] = [await treeOf(git, base), await treeOf(git, onto), await treeOf(git, head)];
  if (before === null || ours === null || theirs === null) return git.mergeTree(onto, head);
  const write = (tree: string, parents: readonly string[]) =>
    git.writeCommit({ tree, parents, message: "Stands in\n", author: NOBODY, committer: NOBODY, at: 0 });
  const common = await write(before, []);
  return git.mergeTree(await write(ours, [common]), await write(theirs, [common]));
}

async function isOnHome(git: Git, base: string, home: string): Promise<boolean> {
  if (base === home) return true;
  return (await git.readCommit(base)) === null || git.isAncestor(base, home);
}

async function treeOf(git: Git, commit: string): Promise<string | null> {
  return (await git.readCommit(commit))?.tree ?? null;
}
