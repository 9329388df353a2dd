/**
 * What people do by hand in a checkout, with git's rules: commit, amend, revert, rebase, merge, switch, reset. A commit takes
 * all files of the folder that are not ignored (`git add -A`, `git commit`). Dates of author and committer are one.
 */

import type { Identity } from "../../../src/doors/git.ts";
import { moveFiles, snapshotFiles } from "./checkout.ts";
import { fillFolder, folderCommit, type MemoryDisk, type MemoryFolder, type Unfinished } from "./disk.ts";
import { writeCommit } from "./history.ts";
import { mergeCommits, mergeTreesOf } from "./merge-trees.ts";
import { descendsFrom, findCommit } from "./names.ts";
import { updateRefs } from "./refs.ts";
import type { MemoryRepository } from "./repository.ts";
import { commitOf, type StoredCommit } from "./store.ts";

/** `refused`: nothing changed. `conflict`: the folder holds the conflict, to be ended by `goOn` or `giveUp`. */
export type PersonsResult =
  | { kind: "done"; commit: string }
  | { kind: "conflict"; paths: readonly string[] }
  | { kind: "refused"; reason: string };

/** Who does it and when, in milliseconds. */
export interface Hand {
  by: Identity;
  at: number;
}

/** Writes files of a folder; null deletes one. Modes of files that are there stay. */
export function editFiles(folder: MemoryFolder, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) folder.files.delete(path);
    else folder.files.set(path, { mode: folder.files.get(path)?.mode ?? "100644", bytes: Buffer.from(text) });
  }
}

/** Commits all files. A commit without a change is refused, as git does. */
export function commitFolder(disk: MemoryDisk, folder: MemoryFolder, hand: Hand & { message: string }): PersonsResult {
  const repository = repositoryOf(disk, folder);
  if (folder.locked) return refuse("index.lock is held");
  const head = currentCommit(repository, folder);
  const tree = takeFiles(repository, folder);
  const parents = [...(head === null ? [] : [head.oid]), ...(folder.unfinished?.parents ?? [])];
  if (parents.length === 1 && head?.commit.tree === tree) return refuse("nothing to commit");
  const commit = write(repository, { tree, parents, message: hand.message }, hand);
  moveHead(repository, folder, commit);
  if (folder.inProgress !== "rebase") endStep(folder);
  return { kind: "done", commit };
}

/** Replaces the last commit by one with the files as they are; the message stays where none is given. */
export function amendCommit(disk: MemoryDisk, folder: MemoryFolder, hand: Hand & { message?: string }): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const head = currentCommit(repository, folder);
  if (head === null || folder.unfinished !== null)
    return refuse("there is nothing to amend, or something is in progress");
  if (folder.locked) return refuse("index.lock is held");
  const tree = takeFiles(repository, folder);
  const parts = { tree, parents: head.commit.parents, message: hand.message ?? head.commit.message };
  const commit = write(repository, parts, hand);
  moveHead(repository, folder, commit);
  return { kind: "done", commit };
}

/** `git merge`: forward where that is possible, else a merge commit or a conflict. */
export function mergeInto(disk: MemoryDisk, folder: MemoryFolder, rev: string, hand: Hand): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const [head, other] = [currentCommit(repository, folder), findCommit(repository, rev)];
  const busy = whyBusy(folder);
  if (busy !== null || head === null || other === null) return refuse(busy ?? `${rev} can't be merged`);
  if (descendsFrom(repository, head.oid, other.oid)) return { kind: "done", commit: head.oid };
  if (descendsFrom(repository, other.oid, head.oid))
    return land(repository, folder, head, other.commit.tree, other.oid);
  const merged = mergeCommits(repository, head.oid, other.oid);
  if (merged.kind === "unrelated") return refuse("refusing to merge unrelated histories");
  const step = { parents: [other.oid], message: `Merge ${rev}\n`, picks: [] };
  if (merged.kind === "conflict") return stop(repository, folder, { ...step, merged, kind: "merge" });
  const commit = write(repository, { tree: merged.tree, parents: [head.oid, other.oid], message: step.message }, hand);
  return land(repository, folder, head, merged.tree, commit);
}

/** `git revert`: a commit that takes back what another one did. */
export function revertCommit(disk: MemoryDisk, folder: MemoryFolder, rev: string, hand: Hand): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const [head, other] = [currentCommit(repository, folder), findCommit(repository, rev)];
  const busy = whyBusy(folder);
  if (busy !== null || head === null || other === null) return refuse(busy ?? `${rev} can't be reverted`);
  const three = { base: other.commit.tree, ours: head.commit.tree, theirs: parentTree(repository, other) };
  const message = `Revert "${other.commit.message.split("\n", 1)[0]}"\n\nThis reverts commit ${other.oid}.\n`;
  return applyStep(repository, folder, { three, message, picks: [], kind: "revert" }, hand);
}

/** `git rebase`: the commits of the branch that `onto` lacks, without merges, one by one on top of it. */
export function rebaseFolder(disk: MemoryDisk, folder: MemoryFolder, onto: string, hand: Hand): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const [head, base] = [currentCommit(repository, folder), findCommit(repository, onto)];
  const busy = whyBusy(folder) ?? (isClean(repository, folder) ? null : "You have unstaged changes");
  if (busy !== null || head === null || base === null) return refuse(busy ?? `no rebase onto ${onto}`);
  if (isLine(repository, head.oid, base.oid)) return { kind: "done", commit: head.oid };
  const picks = listPicks(repository, head, base.oid);
  const moved = moveFiles(repository, folder, head.commit.tree, base.commit.tree);
  if (moved !== null) return refuse(moved);
  const back = { head: folder.head, commit: head.oid };
  folder.busyBranches = back.head === null ? [] : [back.head];
  folder.head = null;
  folder.detached = base.oid;
  folder.inProgress = "rebase";
  folder.unfinished = { back, parents: [], message: "", picks };
  return pickRest(repository, folder, hand);
}

/** Whether each commit from `tip` down to `base` has one parent: git leaves such a line as it is, and takes merges apart. */
function isLine({ store }: MemoryRepository, tip: string, base: string): boolean {
  for (let oid = tip; oid !== base; ) {
    const parents = commitOf(store, oid)?.commit.parents ?? [];
    if (parents.length !== 1) return false;
    oid = parents[0] ?? "";
  }
  return true;
}

/** Ends a step that stopped at a conflict, with the files as they are now, and what a rebase has still to do. */
export function goOn(disk: MemoryDisk, folder: MemoryFolder, hand: Hand): PersonsResult {
  const { unfinished } = folder;
  if (unfinished === null) return refuse("nothing is in progress");
  const isRebase = folder.inProgress === "rebase";
  const committed = commitFolder(disk, folder, { ...hand, message: unfinished.message });
  return isRebase ? pickRest(repositoryOf(disk, folder), folder, hand) : committed;
}

/** `--abort`: HEAD, branch and files are what they were before. */
export function giveUp(disk: MemoryDisk, folder: MemoryFolder): PersonsResult {
  const { unfinished } = folder;
  if (unfinished === null) return refuse("nothing is in progress");
  folder.head = unfinished.back.head;
  if (unfinished.back.head === null) folder.detached = unfinished.back.commit;
  endStep(folder);
  fillFolder(repositoryOf(disk, folder), folder);
  return { kind: "done", commit: unfinished.back.commit };
}

/** `git switch`: edits that are in nobody's way come along. `create` makes the branch where HEAD is. */
export function switchBranch(
  disk: MemoryDisk,
  folder: MemoryFolder,
  branch: string,
  options: { create?: boolean } = {},
): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const head = currentCommit(repository, folder);
  const name = `refs/heads/${branch}`;
  const busy = whyBusy(folder);
  if (busy !== null || head === null) return refuse(busy ?? "there is no commit yet");
  if (options.create === true) {
    const made = updateRefs(repository, [{ name, new: head.oid, old: null }]);
    if (made.kind === "lost") return refuse(made.reason);
  }
  const target = findCommit(repository, name);
  if (target === null) return refuse(`invalid reference: ${branch}`);
  if (isElsewhere(disk, folder, name)) return refuse(`'${branch}' is already checked out`);
  const moved = moveFiles(repository, folder, head.commit.tree, target.commit.tree);
  if (moved !== null) return refuse(moved);
  folder.head = name;
  return { kind: "done", commit: target.oid };
}

/** `git reset --hard`: branch, index and files as in a commit; nothing is left in progress. */
export function resetHard(disk: MemoryDisk, folder: MemoryFolder, rev: string): PersonsResult {
  const repository = repositoryOf(disk, folder);
  const target = findCommit(repository, rev);
  if (target === null) return refuse(`${rev} is no commit`);
  const untracked = [...folder.files].filter(([path]) => !isTracked(repository, folder.index, path));
  moveHead(repository, folder, target.oid);
  if (folder.inProgress !== "rebase") endStep(folder);
  fillFolder(repository, folder);
  for (const [path, file] of untracked) if (!folder.files.has(path)) folder.files.set(path, file);
  return { kind: "done", commit: target.oid };
}

/** The repository that a folder is a checkout of. Throws when it is none. */
function repositoryOf(disk: MemoryDisk, folder: MemoryFolder): MemoryRepository {
  const repository = disk.repositories.get(folder.gitDir ?? "");
  if (repository === undefined) throw new Error(`${folder.path} is no checkout`);
  return repository;
}

function refuse(reason: string): PersonsResult {
  return { kind: "refused", reason };
}

function whyBusy(folder: MemoryFolder): string | null {
  if (folder.locked) return "index.lock is held";
  return folder.inProgress === null ? null : `a ${folder.inProgress} is in progress`;
}

function currentCommit(repository: MemoryRepository, folder: MemoryFolder): StoredCommit | null {
  const oid = folderCommit(repository, folder);
  return oid === null ? null : commitOf(repository.store, oid);
}

/** The tree of all files, which the index then stands for. */
function takeFiles(repository: MemoryRepository, folder: MemoryFolder): string {
  folder.index = snapshotFiles(repository, folder, folder.index || repository.store.emptyTree.oid, "");
  return folder.index;
}

function isClean(repository: MemoryRepository, folder: MemoryFolder): boolean {
  const head = currentCommit(repository, folder);
  const tracked = new Map([...folder.files].filter(([path]) => isTracked(repository, folder.index, path)));
  const tree = snapshotFiles(repository, { ...folder, files: tracked }, folder.index, "");
  return tree === folder.index && folder.index === head?.commit.tree;
}

function isTracked(repository: MemoryRepository, index: string, path: string): boolean {
  let tree = repository.store.objects.get(index);
  const names = path.split("/");
  for (const [at, name] of names.entries()) {
    const entry = tree?.type === "tree" ? tree.byName.get(name) : undefined;
    if (entry === undefined) return false;
    if (at === names.length - 1) return entry.type !== "tree";
    tree = repository.store.objects.get(entry.oid);
  }
  return false;
}

function write(
  repository: MemoryRepository,
  parts: { tree: string; parents: readonly string[]; message: string },
  { by, at }: Hand,
): string {
  return writeCommit(repository, { ...parts, author: by, committer: by, at });
}

function moveHead(repository: MemoryRepository, folder: MemoryFolder, commit: string): void {
  if (folder.head === null) folder.detached = commit;
  else repository.refs.set(folder.head, commit);
}

function endStep(folder: MemoryFolder): void {
  folder.inProgress = null;
  folder.busyBranches = [];
  folder.unfinished = null;
}

/** Brings the files to a tree and HEAD to its commit, unless the person's edits are in the way. */
function land(
  repository: MemoryRepository,
  folder: MemoryFolder,
  head: StoredCommit,
  tree: string,
  commit: string,
): PersonsResult {
  const moved = moveFiles(repository, folder, head.commit.tree, tree);
  if (moved !== null) return refuse(moved);
  moveHead(repository, folder, commit);
  return { kind: "done", commit };
}

type Conflict = { tree: string; paths: readonly string[] };

/** Leaves a conflict in the folder. */
function stop(
  repository: MemoryRepository,
  folder: MemoryFolder,
  step: Omit<Unfinished, "back"> & { merged: Conflict; kind: string },
): PersonsResult {
  const head = currentCommit(repository, folder);
  const moved = moveFiles(repository, folder, head?.commit.tree ?? null, step.merged.tree);
  if (moved !== null) return refuse(moved);
  const back = folder.unfinished?.back ?? { head: folder.head, commit: head?.oid ?? "" };
  folder.inProgress = step.kind;
  folder.unfinished = { back, parents: step.parents, message: step.message, picks: step.picks };
  return { kind: "conflict", paths: step.merged.paths };
}

interface Step {
  three: { base: string; ours: string; theirs: string };
  message: string;
  picks: readonly string[];
  kind: string;
}

function applyStep(repository: MemoryRepository, folder: MemoryFolder, step: Step, hand: Hand): PersonsResult {
  const head = currentCommit(repository, folder);
  if (head === null) return refuse("there is no commit yet");
  const merged = mergeTreesOf(repository, step.three, { ours: "HEAD", theirs: step.message.split("\n", 1)[0] ?? "" });
  if (merged.kind === "conflict") return stop(repository, folder, { ...step, merged, parents: [] });
  if (merged.tree === head.commit.tree) {
    // A rebase leaves out what is there already.
    return step.kind === "rebase" ? { kind: "done", commit: head.oid } : refuse("nothing to commit");
  }
  const commit = write(repository, { tree: merged.tree, parents: [head.oid], message: step.message }, hand);
  return land(repository, folder, head, merged.tree, commit);
}

/** Commits of `head` that `onto` lacks and that are no merges, oldest first. */
function listPicks(repository: MemoryRepository, head: StoredCommit, onto: string): readonly string[] {
  const picks: string[] = [];
  let commit: StoredCommit | null = head;
  while (commit !== null && !descendsFrom(repository, onto, commit.oid)) {
    if (commit.commit.parents.length < 2) picks.push(commit.oid);
    commit = commitOf(repository.store, commit.commit.parents[0] ?? "");
  }
  return picks.reverse();
}

function pickRest(repository: MemoryRepository, folder: MemoryFolder, hand: Hand): PersonsResult {
  while (folder.unfinished !== null && folder.unfinished.picks.length > 0) {
    const [next = "", ...picks] = folder.unfinished.picks;
    folder.unfinished = { ...folder.unfinished, picks };
    const commit = commitOf(repository.store, next);
    const head = currentCommit(repository, folder);
    if (commit === null || head === null) return refuse(`${next} is no commit`);
    const three = { base: parentTree(repository, commit), ours: head.commit.tree, theirs: commit.commit.tree };
    const result = applyStep(
      repository,
      folder,
      { three, message: commit.commit.message, picks, kind: "rebase" },
      hand,
    );
    if (result.kind !== "done") return result;
  }
  return endRebase(repository, folder);
}

function endRebase(repository: MemoryRepository, folder: MemoryFolder): PersonsResult {
  const commit = folderCommit(repository, folder) ?? "";
  const { back } = folder.unfinished ?? { back: { head: null, commit: "" } };
  const isMoved = back.head !== null && repository.refs.get(back.head) !== back.commit;
  // Somebody moved the branch meanwhile: git leaves the rebase as it is.
  if (isMoved) return refuse(`could not update ${back.head}`);
  if (back.head !== null) {
    repository.refs.set(back.head, commit);
    folder.head = back.head;
  }
  endStep(folder);
  return { kind: "done", commit };
}

function parentTree(repository: MemoryRepository, { commit }: StoredCommit): string {
  const parent = commitOf(repository.store, commit.parents[0] ?? "");
  return parent?.commit.tree ?? repository.store.emptyTree.oid;
}

function isElsewhere(disk: MemoryDisk, folder: MemoryFolder, name: string): boolean {
  const others = [...disk.folders.values()].filter((other) => other !== folder && other.gitDir === folder.gitDir);
  return others.some(({ head, busyBranches }) => head === name || busyBranches.includes(name));
}
