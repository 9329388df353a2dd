/**
 * Changes single entries of the person's index. Git's own lock is held from before the first look until the branch has
 * moved, so that no other git and no other save comes in between, and what was there can be put back exactly.
 */

import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GitRunner } from "../git/process/spawn.ts";
import type { FileChanges, FileVersion, Staged } from "../person.ts";

/** A checkout whose index is meant. */
export interface IndexPlace {
  runner: GitRunner;
  folder: string;
}

/** The entries that a commit of these files would have. By a copy of the index: what is staged stays as it is. */
export async function readAsCommitted(place: IndexPlace, paths: readonly string[]): Promise<FileChanges> {
  if (paths.length === 0) return new Map();
  return withCopy(place, true, async (run) => {
    await run(["update-index", "--add", "--remove", "-z", "--stdin"], joinZ(paths));
    const entries = parseEntries(await run(["ls-files", "-s", "-z", "--", ...paths]));
    return new Map(paths.map((path) => [path, entries.get(path) ?? null]));
  });
}

/** Writes versions of files into the checkout, with the person's filters and line ends, and removes those that are gone. */
export async function writeVersions(place: IndexPlace, files: FileChanges): Promise<void> {
  const there = [...files].filter(([, version]) => version !== null).map(([path]) => path);
  if (there.length > 0) {
    await withCopy(place, false, async (run) => {
      await run(["update-index", "--add", "-z", "--index-info"], printEntries(files));
      await run(["checkout-index", "-f", "-z", "--stdin"], joinZ(there));
    });
  }
  for (const [path, version] of files) if (version === null) rmSync(join(place.folder, path), { force: true });
}

/** Sets the entries and no others, and keeps the index locked until `keep` or `undo`. */
export async function stageVersions(place: IndexPlace, files: FileChanges): Promise<Staged> {
  const index = await indexFile(place);
  const [lock, next, before] = [`${index}.lock`, `${index}.mission-new`, `${index}.mission-old`];
  if (!takeLock(lock)) return { kind: "refused", reason: `${lock} is held by another git` };
  const release = () => {
    for (const file of [next, before, lock]) rmSync(file, { force: true });
  };
  try {
    const isThere = existsSync(index);
    if (isThere) for (const copy of [next, before]) copyIndex(index, copy);
    const run = runWith(place, next);
    await run(["update-index", "-z", "--index-info"], removeAll(files, await readZero(place)) + printEntries(files));
    // Notes the times of the files, so that plumbing sees them as unchanged. Other files may well be changed.
    await run(["update-index", "-q", "--refresh"], "", [0, 1]);
    renameSync(next, index);
    const undo = () => {
      if (isThere) renameSync(before, index);
      else rmSync(index, { force: true });
      release();
    };
    return { kind: "done", keep: release, undo };
  } catch (error) {
    release();
    throw error;
  }
}

type Run = (args: readonly string[], input?: string, accepted?: readonly number[]) => Promise<string>;

function runWith({ runner, folder }: IndexPlace, index: string): Run {
  return async (args, input = "", accepted = [0]) => {
    const output = await runner.demand(args, { worktree: folder, input, env: { GIT_INDEX_FILE: index } }, accepted);
    return output.stdout.toString("utf8");
  };
}

/** `isFull`: begins with what the index has, which spares the reading of unchanged files. */
async function withCopy<T>(place: IndexPlace, isFull: boolean, work: (run: Run) => Promise<T>): Promise<T> {
  const temporary = mkdtempSync(join(tmpdir(), "mission-index-"));
  try {
    const copy = join(temporary, "index");
    const own = await indexFile(place);
    if (isFull && existsSync(own)) copyIndex(own, copy);
    return await work(runWith(place, copy));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * With the time of the original, rounded down: git trusts an entry without reading the file only where the file is older
 * than the index, so a younger copy would hide an edit made in the moment when the index was written.
 */
function copyIndex(from: string, to: string): void {
  const second = Math.floor(statSync(from).mtimeMs / 1000);
  copyFileSync(from, to);
  utimesSync(to, second, second);
}

async function indexFile({ runner, folder }: IndexPlace): Promise<string> {
  const args = ["rev-parse", "--path-format=absolute", "--git-path", "index"];
  return (await runner.demand(args, { worktree: folder })).stdout.toString("utf8").trim();
}

function takeLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Takes every stage of the paths out first: an entry replaces only its own stage. */
function removeAll(files: FileChanges, zero: string): string {
  return [...files.keys()].map((path) => `0 ${zero}\t${path}\0`).join("");
}

/** The id that stands for nothing, as long as ids are in this repository. */
async function readZero({ runner, folder }: IndexPlace): Promise<string> {
  const format = await runner.demand(["rev-parse", "--show-object-format"], { worktree: folder });
  return "0".repeat(format.stdout.toString("utf8").trim() === "sha256" ? 64 : 40);
}

function printEntries(files: FileChanges): string {
  return [...files].map(([path, file]) => (file === null ? "" : `${file.mode} ${file.oid} 0\t${path}\0`)).join("");
}

function parseEntries(text: string): Map<string, FileVersion> {
  const entries = new Map<string, FileVersion>();
  for (const line of text.split("\0")) {
    const [, mode, oid, path] = /^(\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (mode && oid && path) entries.set(path, { mode, oid });
  }
  return entries;
}

function joinZ(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join("");
}
