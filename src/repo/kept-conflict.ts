/** A conflict between kept work and home, as it was given to a worker and as the worker has left it. */

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

/**
 * The tree of home merged into work whose worker brought both together in its files alone, since it could not run git: some
 * agents keep `.git` from being written. Where both conflict its files are as it left them, all else is as git merges it.
 * null where one of them is as it was given, or holds markers: then nobody has brought it together.
 */
export async function mergeByHand(
  git: Git,
  { base, start }: Pick<Order, "base" | "start">,
  work: string,
): Promise<string | null> {
  const merged = await git.mergeTree(base, work);
  if (merged.kind !== "conflict") return null;
  const left = new Map((await git.changedPaths(start, work)).map((change) => [change.path, change]));
  const settled = new Map<string, { mode: string; oid: string } | null>();
  for (const path of merged.paths) {
    const file = left.get(path);
    if (file === undefined || (await hasMarkers(git, work, path))) return null;
    settled.set(path, file.status === "D" ? null : { mode: file.mode, oid: file.oid });
  }
  return git.writeFiles(merged.tree, settled);
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
