/**
 * The tree of a folder as a commit would take it, through an index of our own. A repository inside the folder is taken as a
 * plain folder, else what a worker made below an `npx create-...` would be lost; git is never asked about it, since that
 * would run a git on settings that the worker wrote.
 */

import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { TooLarge } from "../../git.ts";
import { listLargeFiles } from "../../runtimes/run-folder/disk-usage.ts";
import type { Trees } from "../objects/trees.ts";
import type { GitRunner, RunOptions } from "../process/spawn.ts";

const GITLINK = /^160000 /;
/** A folder full of repositories is a dependency cache, no work. */
const MAX_NESTED = 50;
const MAX_DEPTH = 5;
const FOLDER_MODE = "040000";

export interface SnapshotOptions {
  /** Kept between snapshots, it spares git the reading of unchanged files. */
  indexFile: string;
  excludeFile: string | null;
  /** Files of more than this stay as the base has them, and their paths are told. Without it none is too large. */
  tooLarge?: TooLarge;
}

interface SnapshotTools {
  runner: GitRunner;
  trees: Trees;
  emptyTree: string;
  /** `core.excludesFile` of the person. */
  readExcludesFile(): Promise<string | null>;
}

export async function snapshotFolder(
  tools: SnapshotTools,
  folder: string,
  base: string,
  options: SnapshotOptions,
): Promise<string> {
  const excludes = await writeExcludes(tools, options);
  try {
    const { tooLarge } = options;
    const large = new Set(tooLarge ? await listLargeFiles(folder, tooLarge.bytes) : []);
    const onLarge = tooLarge?.tell ?? (() => {});
    return await snapshotAt({ ...tools, excludes, large, onLarge }, folder, base, options.indexFile, 0);
  } finally {
    rmSync(excludes, { force: true });
  }
}

interface Tools extends SnapshotTools {
  excludes: string;
  /** Paths of all that is too large, from the root of the disk. */
  large: ReadonlySet<string>;
  onLarge(path: string): void;
}

async function snapshotAt(
  tools: Tools,
  folder: string,
  base: string,
  indexFile: string,
  depth: number,
): Promise<string> {
  const run = bind(tools, folder, indexFile);
  await resetIndex(run, base, indexFile);
  const listed = (await run(["ls-files", "-z", "--stage"])).split("\0");
  const links = listed.filter((line) => GITLINK.test(line)).map((line) => line.slice(line.indexOf("\t") + 1));
  const untracked = (await run(["ls-files", "-z", "--others", "--exclude-standard"])).split("\0");
  const nested = untracked.filter((path) => path.endsWith("/")).map((path) => path.slice(0, -1));
  const tracked = listed.map((line) => line.slice(line.indexOf("\t") + 1));
  const large =
    tools.large.size === 0 ? [] : [...tracked, ...untracked].filter((path) => tools.large.has(join(folder, path)));
  for (const path of large) tools.onLarge(path);
  await addAll(run, [...links, ...nested, ...large]);
  const tree = (await run(["write-tree"])).trim();
  if (depth >= MAX_DEPTH) return tree;
  const grafts = new Map<string, { mode: string; oid: string }>();
  for (const path of nested.slice(0, MAX_NESTED)) {
    const inner = `${indexFile}.nested`;
    const oid = await snapshotAt(tools, join(folder, path), tools.emptyTree, inner, depth + 1);
    rmSync(inner, { force: true });
    if (oid !== tools.emptyTree) grafts.set(path, { mode: FOLDER_MODE, oid });
  }
  return grafts.size === 0 ? tree : tools.trees.writeFiles(tree, grafts);
}

type Run = (args: readonly string[], options?: RunOptions, accepted?: readonly number[]) => Promise<string>;

function bind(tools: Tools, folder: string, indexFile: string): Run {
  return async (args, options, accepted) => {
    const output = await tools.runner.demand(
      [`--work-tree=${folder}`, ...args],
      {
        ...options,
        env: { GIT_INDEX_FILE: indexFile, GIT_LITERAL_PATHSPECS: "0" },
        settings: [
          `core.excludesFile=${tools.excludes}`,
          "core.fsyncMethod=batch",
          "core.sparseCheckout=false",
          "core.splitIndex=false",
          "core.untrackedCache=false",
          "submodule.recurse=false",
          "core.safecrlf=false",
          "advice.addEmbeddedRepo=false",
        ],
      },
      accepted,
    );
    return output.stdout.toString("utf8");
  };
}

/** Entries that equal the base keep what the index knows of their files. An index that git can't read is made anew. */
async function resetIndex(run: Run, base: string, indexFile: string): Promise<void> {
  // The index is ours alone: a lock on it is what a killed snapshot left.
  rmSync(`${indexFile}.lock`, { force: true });
  try {
    await run(["read-tree", "--reset", base]);
  } catch (error) {
    if (!existsSync(indexFile)) throw error;
    rmSync(indexFile, { force: true });
    await run(["read-tree", base]);
  }
}

/** `add` ends with 1 when it had to pass over a file that can't be read. */
async function addAll(run: Run, leftOut: readonly string[]): Promise<void> {
  const pathspecs = [":(top)", ...leftOut.map((path) => `:(top,exclude,literal)${path}`)];
  const flags = ["add", "-A", "--ignore-errors", "--pathspec-from-file=-", "--pathspec-file-nul"];
  await run(flags, { input: pathspecs.join("\0") }, [0, 1]);
}

/** Writes our list of excluded paths on top of the person's own beside the index, and answers the path of both. */
export async function writeExcludes(
  tools: Pick<SnapshotTools, "readExcludesFile">,
  options: Pick<SnapshotOptions, "indexFile" | "excludeFile">,
): Promise<string> {
  const own = await tools.readExcludesFile();
  const files = [own === null ? null : own.replace(/^~(?=\/)/, homedir()), options.excludeFile];
  const text = files.map((file) => (file === null ? "" : readText(file))).join("\n");
  const path = `${options.indexFile}.exclude`;
  writeFileSync(path, text);
  return path;
}

function readText(file: string): string {
  return lstatSync(file, { throwIfNoEntry: false }) === undefined ? "" : readFileSync(file, "utf8");
}
