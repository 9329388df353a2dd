/** What is left of a conflict between kept work and home where a worker that started from the work has ended. */

import type { Git } from "../doors/git.ts";
import type { Order } from "../model/run.ts";

/** As git begins and ends a place that it could not merge. */
const MARKERS = [/^<{7} /m, /^>{7} /m];

/**
 * Paths that keep `head` from going together with home; null when nothing does. Whoever left what it was given has resolved
 * nothing, whatever it says; a merge that was committed with its markers is none either.
 */
export async function findConflict(
  git: Git,
  { base, start, conflicted }: Pick<Order, "base" | "start" | "conflicted">,
  head: string,
): Promise<readonly string[] | null> {
  if (!conflicted) return null;
  const given = await conflictsOf(git, base, start);
  if (head === start) return given;
  const left = await conflictsOf(git, base, head);
  if (left.length > 0) return left;
  const marked = await Promise.all(given.map(async (path) => ((await hasMarkers(git, head, path)) ? [path] : [])));
  return marked.flat().length > 0 ? marked.flat() : null;
}

async function conflictsOf(git: Git, home: string, work: string): Promise<readonly string[]> {
  const merged = await git.mergeTree(home, work);
  if (merged.kind === "unrelated") return ["its whole history"];
  return merged.kind === "conflict" ? merged.paths : [];
}

async function hasMarkers(git: Git, commit: string, path: string): Promise<boolean> {
  const file = await git.readObject(`${commit}:${path}`);
  if (file?.type !== "blob") return false;
  const text = file.bytes.toString("latin1");
  return MARKERS.every((marker) => marker.test(text));
}
