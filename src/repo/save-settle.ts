/**
 * After a branch has moved: the person's checkout of it. Files first, then their index entries, then the branch, so that a
 * crash in between leaves an edit that is not committed, never a commit that looks undone.
 */

import type { Git } from "../doors/git.ts";
import type { Checkout } from "./person.ts";
import { type FileChanges, type FileVersion, mergeTrees } from "./save-merge.ts";

export interface Settling {
  git: Git;
  checkout: Checkout;
  ref: string;
  /** Commit of HEAD before; null before the first one. */
  from: string | null;
  to: string;
  /** By path: the version in the new commit. */
  committed: FileChanges;
  /** By path: what the file was when it was looked at, and what it is to be. */
  files: ReadonlyMap<string, { was: FileVersion | null; wanted: FileVersion | null }>;
}

export type Settled = { kind: "done" } | { kind: "lost"; reason: string } | { kind: "left"; note: string };

/** Brings the checkout along. `lost`: the branch or a file changed meanwhile, and all is as it was. */
export async function settleCheckout(settling: Settling): Promise<Settled> {
  const { git, checkout, committed, from, to, ref } = settling;
  const written = await writeFiles(settling);
  if (written.kind === "lost") return written;
  const staged = await checkout.stage(committed);
  if (staged.kind === "refused") {
    await written.undo();
    return { kind: "lost", reason: staged.reason };
  }
  const commit = await git.readCommit(to);
  if (commit?.parents[0] !== from && from !== null && to !== from) return followFastForward(settling);
  const swapped = await git.updateRefs([{ name: ref, new: to, old: from }]);
  if (swapped.kind === "won") return { kind: "done" };
  await staged.undo();
  await written.undo();
  return swapped;
}

/** The index has the new versions already, so git finds nothing of them in its way. */
async function followFastForward({ git, checkout, to }: Settling): Promise<Settled> {
  const moved = await git.fastForward(checkout.folder, to);
  if (moved.kind === "done") return { kind: "done" };
  const why = moved.reason.split("\n", 1)[0] ?? "";
  return { kind: "left", note: `your checkout stays behind (${why}): git pull brings it along` };
}

type Written = { kind: "lost"; reason: string } | { kind: "done"; undo(): Promise<void> };

async function writeFiles({ checkout, files }: Settling): Promise<Written> {
  const stale = [...files].filter(([, { was, wanted }]) => !isSame(was, wanted));
  const now = await checkout.readFiles([...files.keys()]);
  const changed = [...files].find(([path, { was }]) => !isSame(now.get(path) ?? null, was));
  if (changed) return { kind: "lost", reason: `${changed[0]} was changed at this moment` };
  const put = async (pick: "was" | "wanted") => {
    if (stale.length === 0) return;
    const staged = await checkout.stage(new Map(stale.map(([path, versions]) => [path, versions[pick]])));
    if (staged.kind === "done") await checkout.writeStaged(stale.map(([path]) => path));
    if (staged.kind === "done") await staged.undo();
  };
  await put("wanted");
  return { kind: "done", undo: () => put("was") };
}

/**
 * What the files of a checkout are to be when a command edits them: the change on top of what the person has there. Answers
 * the paths where both changed the same lines.
 */
export async function mergeIntoFiles(
  git: Git,
  versions: { base: FileChanges; disk: FileChanges; committed: FileChanges },
): Promise<{ kind: "clean"; wanted: FileChanges } | { kind: "conflict"; paths: readonly string[] }> {
  const empty = await git.writeTree([]);
  const [base, disk, committed] = await Promise.all(
    [versions.base, versions.disk, versions.committed].map((files) => git.writeFiles(empty, files)),
  );
  const merged = await mergeTrees(git, base as string, disk as string, committed as string);
  if (merged.kind === "conflict") return { kind: "conflict", paths: merged.conflicts.map(({ path }) => path) };
  return { kind: "clean", wanted: await readVersions(git, merged.tree, [...versions.committed.keys()]) };
}

/** The files of some paths in a commit or tree. */
export async function readVersions(git: Git, rev: string | null, paths: readonly string[]): Promise<FileChanges> {
  if (rev === null) return new Map(paths.map((path) => [path, null]));
  const folders = new Map<string, FileVersion>();
  for (const folder of new Set(paths.map((path) => path.slice(0, path.lastIndexOf("/") + 1)))) {
    const object = await git.readObject(`${rev}:${folder.slice(0, -1)}`);
    const entries = object?.type === "tree" ? ((await git.readTree(object.oid)) ?? []) : [];
    for (const { name, mode, oid, type } of entries) if (type === "blob") folders.set(folder + name, { mode, oid });
  }
  return new Map(paths.map((path) => [path, folders.get(path) ?? null]));
}

export function isSame(one: FileVersion | null, other: FileVersion | null): boolean {
  return one === other || (one?.oid === other?.oid && one?.mode === other?.mode);
}
