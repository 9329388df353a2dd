/** A conflict between kept work and home, as it was given to a worker and as the worker has left it. */

import type { Git } from "../doors/git.ts";
import type { Order } from "../model/run.ts";

/** As git begins and ends a place that it could not merge. */
const MARKERS = [/^<{7} /m, /^>{7} /m];
/** The same by the names that both sides have in a workspace. */
const OWN_MARKERS = [/^<{7} HEAD\r?$/m, /^>{7} home\r?$/m];

/**
 * Paths that keep `head` from going together with home; null when nothing does. Whoever left what it was given has resolved
 * nothing, whatever it says; a merge that was committed with its markers is none either, for those who go on from it too.
 */
export async function findConflict(
  git: Git,
  { base, start, conflicted }: Pick<Order, "base" | "start" | "conflicted">,
  head: string,
): Promise<readonly string[] | null> {
  if (!conflicted) return start === base ? null : findMarked(git, base, head);
  const given = await conflictsOf(git, base, start);
  if (head === start) return given;
  const left = await conflictsOf(git, base, head);
  if (left.length > 0) return left;
  return withMarkers(git, head, given, MARKERS);
}

async function findMarked(git: Git, home: string, work: string): Promise<readonly string[] | null> {
  const changes = await git.changedPaths(home, work);
  const files = changes.filter(({ status, mode }) => status !== "D" && mode.startsWith("100"));
  return withMarkers(
    git,
    work,
    files.map(({ path }) => path),
    OWN_MARKERS,
  );
}

async function withMarkers(git: Git, commit: string, paths: readonly string[], markers: readonly RegExp[]) {
  const found: string[] = [];
  // One after the other: all of a large change at once would be held in memory.
  for (const path of paths) if (await hasMarkers(git, commit, path, markers)) found.push(path);
  return found.length > 0 ? found : null;
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
    if (file === undefined || (await hasMarkers(git, work, path, MARKERS))) return null;
    settled.set(path, file.status === "D" ? null : { mode: file.mode, oid: file.oid });
  }
  return git.writeFiles(merged.tree, settled);
}

async function conflictsOf(git: Git, home: string, work: string): Promise<readonly string[]> {
  const merged = await git.mergeTree(home, work);
  if (merged.kind === "unrelated") return ["its whole history"];
  return merged.kind === "conflict" ? merged.paths : [];
}

async function hasMarkers(git: Git, commit: string, path: string, markers: readonly RegExp[]): Promise<boolean> {
  const file = await git.readObject(`${commit}:${path}`);
  if (file?.type !== "blob") return false;
  const text = file.bytes.toString("latin1");
  return markers.every((marker) => marker.test(text));
}
