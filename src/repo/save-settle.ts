/**
 * Moves a branch together with the person's checkout of it. Index entries first, then files, then the branch, so that a
 * crash in between leaves an edit that is not committed, never a commit that looks undone.
 */

import type { Git, TreeEntry } from "../doors/git.ts";
import type { Checkout, FileChanges, FileVersion } from "../doors/person.ts";
import { mergeTrees } from "./save-merge.ts";

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
  const staged = await checkout.stage(committed);
  if (staged.kind === "refused") return { kind: "lost", reason: staged.reason };
  try {
    const written = await writeFiles(settling);
    if (written.kind === "lost") {
      staged.undo();
      return written;
    }
    const commit = await git.readCommit(to);
    if (from !== null && to !== from && commit?.parents[0] !== from) {
      staged.keep();
      return followFastForward(settling);
    }
    const swapped = await git.updateRefs([{ name: ref, new: to, old: from }]);
    if (swapped.kind === "won") {
      staged.keep();
      return { kind: "done" };
    }
    await written.undo();
    staged.undo();
    return swapped;
  } catch (error) {
    staged.undo();
    throw error;
  }
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
    await checkout.writeFiles(new Map(stale.map(([path, versions]) => [path, versions[pick]])));
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
  const merged = await mergeTrees(git, { base: base as string, mine: disk as string, theirs: committed as string });
  if (merged.kind === "conflict") return { kind: "conflict", paths: merged.conflicts.map(({ path }) => path) };
  return { kind: "clean", wanted: await readVersions(git, merged.tree, [...versions.committed.keys()]) };
}

/** The files of some paths in a commit or tree. Walked by names, since a name may hold what a `rev:path` can't. */
export async function readVersions(git: Git, rev: string | null, paths: readonly string[]): Promise<FileChanges> {
  const folders = new Map<string, Promise<Map<string, TreeEntry>>>();
  const readFolder = (folder: string): Promise<Map<string, TreeEntry>> => {
    const known = folders.get(folder) ?? listFolder(folder);
    folders.set(folder, known);
    return known;
  };
  async function listFolder(folder: string): Promise<Map<string, TreeEntry>> {
    const tree = folder === "" ? rev : await findTree(folder);
    const entries = tree === null ? null : await git.readTree(tree);
    return new Map((entries ?? []).map((entry) => [entry.name, entry]));
  }
  async function findTree(folder: string): Promise<string | null> {
    const [parent, name] = splitPath(folder);
    const entry = (await readFolder(parent)).get(name);
    return entry?.type === "tree" ? entry.oid : null;
  }
  const versions = new Map<string, FileVersion | null>();
  for (const path of paths) {
    const [folder, name] = splitPath(path);
    const entry = (await readFolder(folder)).get(name);
    versions.set(path, entry?.type === "blob" ? { mode: entry.mode, oid: entry.oid } : null);
  }
  return versions;
}

function splitPath(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf("/");
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
}

export function isSame(one: FileVersion | null, other: FileVersion | null): boolean {
  return one === other || (one?.oid === other?.oid && one?.mode === other?.mode);
}
