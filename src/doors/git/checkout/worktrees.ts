/** The checkouts of a repository and what a person is doing in them, read from git's own files. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Worktree } from "../../git.ts";
import { listGitProcesses } from "../refs/lock-debris.ts";
import { readLine } from "../refs/repository.ts";

/** Someone who opened the editor longer ago than this has most likely closed it another way. */
const EDITOR_MS = 15 * 60_000;

/** `main` is the main checkout, null where the repository has none. */
export function listWorktrees(gitDir: string, main: string | null, now: () => number): Worktree[] {
  const linked = readFolder(join(gitDir, "worktrees")).map((name) => join(gitDir, "worktrees", name));
  const own = main === null ? [] : [readWorktree(main, gitDir, now)];
  return [
    ...own,
    ...linked.flatMap((privateDir) => {
      const path = linkedPath(privateDir);
      return path === null ? [] : [readWorktree(path, privateDir, now)];
    }),
  ];
}

/** null where the folder was deleted and git has not been told: only a locked one may come back, with a disk. */
function linkedPath(privateDir: string): string | null {
  const pointer = readLine(join(privateDir, "gitdir"));
  if (pointer === null) return null;
  const path = dirname(resolve(privateDir, pointer));
  return existsSync(path) || existsSync(join(privateDir, "locked")) ? path : null;
}

function readWorktree(path: string, gitDir: string, now: () => number): Worktree {
  const has = (name: string): boolean => existsSync(join(gitDir, name));
  return {
    path,
    gitDir,
    head: readHeadRef(gitDir),
    busyBranches: readBusyBranches(gitDir),
    inProgress: readProgress(has),
    locked: has("index.lock"),
    committing: isEditorOpen(gitDir, now()) || isCommitAlive(path),
  };
}

/** Full ref name in a HEAD file, null when it holds an id. */
export function readHeadRef(gitDir: string): string | null {
  return /^ref: (.+)$/.exec(readLine(join(gitDir, "HEAD")) ?? "")?.[1] ?? null;
}

/** HEAD is detached meanwhile, so only these files tell which branches the end of a rebase or bisect will move. */
function readBusyBranches(gitDir: string): string[] {
  const rebased = ["rebase-merge", "rebase-apply"].map((folder) => readLine(join(gitDir, folder, "head-name")));
  const stacked = (readLine(join(gitDir, "rebase-merge", "update-refs")) ?? "").split("\n");
  const bisected = existsSync(join(gitDir, "BISECT_LOG")) ? readLine(join(gitDir, "BISECT_START")) : null;
  const bisectedRef =
    bisected === null || /^[0-9a-f]{40,64}$/.test(bisected)
      ? null
      : `refs/heads/${bisected.replace(/^refs\/heads\//, "")}`;
  const names = [...rebased, ...stacked, bisectedRef];
  return [...new Set(names.filter((name): name is string => name?.startsWith("refs/") === true))];
}

function readProgress(has: (name: string) => boolean): string | null {
  if (has("rebase-merge")) return "rebase";
  if (has("rebase-apply")) return has("rebase-apply/applying") ? "am" : "rebase";
  if (has("MERGE_HEAD")) return "merge";
  if (has("CHERRY_PICK_HEAD") || sequencerRuns(has, "pick")) return "cherry-pick";
  if (has("REVERT_HEAD")) return "revert";
  return has("BISECT_LOG") ? "bisect" : null;
}

/** Between two picks of a longer cherry-pick there is no CHERRY_PICK_HEAD. */
function sequencerRuns(has: (name: string) => boolean, _command: string): boolean {
  return has("sequencer/todo") && !has("REVERT_HEAD");
}

/** git writes COMMIT_EDITMSG before the editor opens, and the log of HEAD once the commit is made. */
function isEditorOpen(gitDir: string, now: number): boolean {
  const message = changedAt(join(gitDir, "COMMIT_EDITMSG"));
  if (message === null || now - message > EDITOR_MS) return false;
  return message > (changedAt(join(gitDir, "logs", "HEAD")) ?? 0);
}

function isCommitAlive(worktree: string): boolean {
  return listGitProcesses().some(
    ({ cwd, args }) => args.includes("commit") && (cwd === worktree || cwd.startsWith(`${worktree}/`)),
  );
}

function changedAt(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null;
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
