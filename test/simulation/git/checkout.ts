/** What the door does with folders: what is checked out where, moving a checkout forward, the tree of a folder's files. */

import { GitError, type Worktree } from "../../../src/doors/git.ts";
import { folderCommit, type MemoryDisk, type MemoryFile, type MemoryFolder } from "./disk.ts";
import { makeIgnore } from "./ignore.ts";
import { descendsFrom, findCommit, findTree } from "./names.ts";
import { type MemoryRepository, readStored, writersOf } from "./repository.ts";
import { compareTrees, type EntryChange, editTree, type PathChange } from "./trees.ts";

export type FastForward = { kind: "done" } | { kind: "refused"; reason: string };

/** The checkouts of a repository, the main one first. */
export function listCheckouts(disk: MemoryDisk, repository: MemoryRepository): readonly Worktree[] {
  const folders = [...disk.folders.values()].filter(({ gitDir }) => gitDir === repository.gitDir);
  folders.sort((a, b) => Number(a.linked) - Number(b.linked));
  return folders.map((folder) => ({
    path: folder.path,
    gitDir: privateDir(repository, folder),
    head: folder.head,
    busyBranches: [...folder.busyBranches],
    inProgress: folder.inProgress,
    locked: folder.locked,
    committing: folder.committing,
  }));
}

function privateDir(repository: MemoryRepository, folder: MemoryFolder): string {
  return folder.linked ? `${repository.gitDir}/worktrees/${folder.path.split("/").pop()}` : repository.gitDir;
}

const UNFINISHED: Readonly<Record<string, string>> = {
  merge: "You have not concluded your merge (MERGE_HEAD exists).",
  "cherry-pick": "You have not concluded your cherry-pick (CHERRY_PICK_HEAD exists).",
};

/** Moves a checkout and its branch forward, or says in git's words what is in the way. */
export function moveForward(disk: MemoryDisk, repository: MemoryRepository, path: string, rev: string): FastForward {
  const folder = disk.folders.get(path);
  if (folder === undefined) return refuse("its folder is not there");
  if (folder.gitDir !== repository.gitDir) return refuse(`fatal: not a git repository: ${path}`);
  const unfinished = UNFINISHED[folder.inProgress ?? ""];
  if (unfinished !== undefined) return refuse(`error: ${unfinished}`);
  const target = findCommit(repository, rev);
  if (target === null) return refuse(`merge: ${rev} - not something we can merge`);
  const here = folderCommit(repository, folder);
  if (here !== null && descendsFrom(repository, here, target.oid)) return { kind: "done" };
  if (here !== null && !descendsFrom(repository, target.oid, here)) {
    return refuse("fatal: Not possible to fast-forward, aborting.");
  }
  if (folder.locked) {
    const lock = `${privateDir(repository, folder)}/index.lock`;
    return refuse(`error: Unable to create '${lock}': File exists.`);
  }
  const moved = moveFiles(
    repository,
    folder,
    here === null ? null : (findTree(repository, here)?.oid ?? null),
    target.commit.tree,
  );
  if (moved !== null) return refuse(moved);
  if (folder.head === null) folder.detached = target.oid;
  else repository.refs.set(folder.head, target.oid);
  return { kind: "done" };
}

function refuse(reason: string): FastForward {
  return { kind: "refused", reason };
}

/**
 * Changes files and index of a checkout as the way from one tree to another asks, and leaves all else. Answers git's words
 * on what is in the way, and then nothing moved. `from` null stands for a branch without commits.
 */
export function moveFiles(
  repository: MemoryRepository,
  folder: MemoryFolder,
  from: string | null,
  to: string,
): string | null {
  const { store } = repository;
  const changes = compareTrees(store, from ?? store.emptyTree.oid, to);
  const staged = new Map(
    compareTrees(store, from ?? store.emptyTree.oid, folder.index).map((change) => [change.path, change]),
  );
  const edited: string[] = [];
  const untracked: string[] = [];
  const apply: EntryChange[] = [];
  for (const change of changes) {
    const own = staged.get(change.path);
    // Whoever staged what comes keeps the file as it is.
    if (own !== undefined && isSameEntry(own.new, change.new)) continue;
    if (own !== undefined || isEdited(repository, folder, change)) edited.push(change.path);
    else untracked.push(...(change.old === null ? inTheWay(folder, change.path) : []));
    apply.push(change);
  }
  const words = [
    describe(edited, "Your local changes to the following files"),
    describe(untracked, "The following untracked working tree files"),
  ];
  if (edited.length + untracked.length > 0) return `${words.filter(Boolean).join("\n")}\nAborting`;
  const index = new Map<string, PathChange>();
  for (const change of apply) {
    writeFile(repository, folder.files, change);
    index.set(change.path, change.new === null ? null : { mode: change.new.mode, oid: change.new.oid });
  }
  folder.index = editTree(repository, folder.index, index);
  return null;
}

function describe(paths: readonly string[], what: string): string {
  return paths.length === 0
    ? ""
    : `error: ${what} would be overwritten by merge:\n${paths.map((path) => `\t${path}\n`).join("")}`;
}

function isSameEntry(a: EntryChange["new"], b: EntryChange["new"]): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}

/** Whether the file differs from the old entry of a change. One that is gone is in nobody's way. */
function isEdited(repository: MemoryRepository, folder: MemoryFolder, { path, old }: EntryChange): boolean {
  if (old === null) return false;
  const file = folder.files.get(path);
  return file !== undefined && !isSameFile(repository, file, old);
}

/** Whether a file is what an entry of a tree says. */
function isSameFile(repository: MemoryRepository, file: MemoryFile, entry: { mode: string; oid: string }): boolean {
  const object = readStored(repository, entry.oid);
  if (file.mode !== entry.mode || object?.type !== "blob") return false;
  return file.bytes === object.bytes || file.bytes.equals(object.bytes);
}

/** Files where a new one shall lie: the path itself, a folder's files in its place, a file in the place of its folder. */
function inTheWay(folder: MemoryFolder, path: string): readonly string[] {
  if (folder.files.has(path)) return [path];
  const inside = [...folder.files.keys()].filter((file) => file.startsWith(`${path}/`) || path.startsWith(`${file}/`));
  return inside.length > 0 ? [path] : [];
}

function writeFile(
  repository: MemoryRepository,
  files: Map<string, MemoryFile>,
  { path, new: next }: EntryChange,
): void {
  const object = next === null ? null : readStored(repository, next.oid);
  if (next !== null && object?.type === "blob") files.set(path, { mode: next.mode, bytes: object.bytes });
  else files.delete(path);
}

/** The tree of a folder's files as a commit on `base` would take them; what is ignored counts only where the base has it. */
export function snapshotFiles(
  repository: MemoryRepository,
  folder: MemoryFolder | undefined,
  base: string,
  exclude: string,
): string {
  const before = findTree(repository, base);
  if (folder === undefined || before === null)
    throw new GitError(["read-tree", base], 128, "fatal: no such folder or tree");
  const { store } = repository;
  const changes = new Map<string, PathChange>();
  const known = new Map(
    compareTrees(store, store.emptyTree.oid, before.oid).map(({ path, new: entry }) => [path, entry]),
  );
  const isIgnored = makeIgnore(folder.files, exclude);
  for (const [path, file] of folder.files) {
    const entry = known.get(path);
    known.delete(path);
    if (entry && isSameFile(repository, file, entry)) continue;
    if (!entry && isIgnored(path)) continue;
    changes.set(path, { mode: file.mode, oid: writersOf(repository).blob(file.bytes) });
  }
  const gone = new Map<string, PathChange>();
  for (const [path, entry] of known) if (entry?.type !== "commit") gone.set(path, null);
  // First what is gone: a folder may lie where a file was.
  return editTree(repository, editTree(repository, before.oid, gone), changes);
}
