import type { Git } from "../doors/git.ts";

export interface Unfitness {
  why: string;
  /** What to type. */
  next: string;
}

/**
 * What keeps this clone from working on missions of a remote; null when nothing does. A partial one lacks objects that the
 * clones of workers need. In a shallow one work that began further back has no history in common with home, which looks like
 * a conflict.
 */
export function findUnfitness({ isPartial, isShallow }: Pick<Git, "isPartial" | "isShallow">, remote: string | null) {
  return isPartial ? partial(remote ?? "origin") : isShallow && remote !== null ? shallow(remote) : null;
}

function partial(remote: string): Unfitness {
  // Without the last two git goes on to take it for one that lacks objects.
  const unset = ["promisor", "partialclonefilter"].map((key) => `git config --unset-all remote.${remote}.${key}`);
  const next = [`git fetch --refetch --no-filter ${remote}`, ...unset].join(" && ");
  return { why: "this is a partial clone, and work needs every object", next };
}

function shallow(remote: string): Unfitness {
  return {
    why: "this is a shallow clone, and merges need its history",
    next: `git fetch --unshallow ${remote}`,
  };
}
