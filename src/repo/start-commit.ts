import type { Git, Identity } from "../doors/git.ts";
import { askHome, mergeWork } from "./merge-work.ts";

export interface KeptWork {
  head: string;
  /** Home commit that the work was made against. */
  base: string;
}

export interface StartCommit {
  commit: string;
  /** Kept work that does not merge with home: the run starts from the work and has home beside it. */
  conflicted: boolean;
}

/**
 * Where a run starts: home merged with the kept work of the last attempt. Work that home has already had (a person merged it
 * and it was taken back) would merge to nothing, so there its change is put on home as a patch.
 */
export async function makeStartCommit(
  git: Git,
  home: string,
  kept: KeptWork | null,
  identity: Identity,
  at: number,
): Promise<StartCommit> {
  if (kept === null || (await git.readCommit(kept.head)) === null) return { commit: home, conflicted: false };
  const write = (tree: string, parents: readonly string[]) =>
    git.writeCommit({ tree, parents, message: "Go on from kept work\n", author: identity, committer: identity, at });
  const wasMerged = await git.isAncestor(kept.head, home);
  const theirs = wasMerged ? await write((await treeOf(git, kept.head)) ?? "", [kept.base]) : kept.head;
  const merged = wasMerged
    ? await git.mergeTree(home, theirs)
    : await mergeWork(git, kept, { onto: home, isOnHome: askHome(git, home) });
  if (merged.kind !== "clean")
    return wasMerged ? { commit: home, conflicted: false } : { commit: kept.head, conflicted: true };
  if (merged.tree === (await treeOf(git, home))) return { commit: home, conflicted: false };
  return { commit: await write(merged.tree, wasMerged ? [home] : [home, kept.head]), conflicted: false };
}

async function treeOf(git: Git, commit: string): Promise<string | null> {
  return (await git.readCommit(commit))?.tree ?? null;
}
