/** The door to what a killed git, a full disk or a power cut leaves in a git directory. Finding touches nothing. */

import { join } from "node:path";
import { makeRunner } from "../process/spawn.ts";
import { findLiveGit, type LiveGit } from "../refs/lock-debris.ts";
import { type LockFile, listFolders, listLocks, listTornRefs, readText, type TornRef } from "./git-files.ts";
import { replaceFile, setAside } from "./set-aside.ts";

export interface Debris {
  listLocks(): readonly LockFile[];
  /** Refs below a full prefix whose file is no ref. */
  listTornRefs(prefix?: string): readonly TornRef[];
  /** Whether a git is at work in the repository or one of its checkouts. */
  findLiveGit(): LiveGit;
  /** Moves a file out of git's way and answers where it lies now. */
  setAside(path: string): string;
  /** Puts the file `by` in the place of a broken one in one step, and answers where a copy of the broken one lies now. */
  replace(path: string, by: string): string;
  /** The value that the ref's log ends with, null when it has none. */
  readLogged(ref: string): string | null;
  /** The value in the packed file, which may be older than the one that is torn. */
  readPacked(ref: string): string | null;
  /** Commits of this repository, reachable or not, whose message has this text, with their parents. Reads every commit. */
  searchCommits(text: string): Promise<readonly { oid: string; parents: readonly string[] }[]>;
}

const SEARCH_TIMEOUT_MS = 120_000;

export function openDebris(options: {
  gitDir: string;
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
}): Debris {
  const { gitDir, env, now } = options;
  return {
    listLocks: () => listLocks(gitDir, now()),
    listTornRefs: (prefix) => listTornRefs(gitDir, prefix),
    findLiveGit: () => findLiveGit([gitDir, ...listCheckouts(gitDir)]),
    setAside: (path) => setAside(gitDir, path),
    replace: (path, by) => replaceFile(gitDir, path, by),
    readLogged(ref) {
      const lines = (readText(join(gitDir, "logs", ref)) ?? "").trimEnd().split("\n");
      return /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) /.exec(lines.at(-1) ?? "")?.[1] ?? null;
    },
    readPacked(ref) {
      const line = (readText(join(gitDir, "packed-refs")) ?? "").split("\n").find((each) => each.endsWith(` ${ref}`));
      return line?.split(" ", 1)[0] ?? null;
    },
    searchCommits: (text) => searchCommits(gitDir, env, text),
  };
}

/** Folders of linked checkouts, as their entries name them. */
function listCheckouts(gitDir: string): string[] {
  return listFolders(join(gitDir, "worktrees")).flatMap((entry) => {
    const pointer = readText(join(entry, "gitdir"))?.trim();
    return pointer?.endsWith("/.git") ? [pointer.slice(0, -"/.git".length)] : [];
  });
}

async function searchCommits(gitDir: string, env: Readonly<Record<string, string | undefined>>, text: string) {
  const runner = makeRunner(gitDir, env);
  const timeoutMs = SEARCH_TIMEOUT_MS;
  const list = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)", "--unordered"];
  const all = (await runner.demand(list, { timeoutMs })).stdout.toString("latin1").split("\n");
  const commits = all.flatMap((line) => (line.startsWith("commit ") ? [line.slice("commit ".length)] : []));
  if (commits.length === 0) return [];
  const args = ["log", "--no-walk=unsorted", "--stdin", "--fixed-strings", `--grep=${text}`, "--format=%H %P"];
  const found = await runner.demand(args, { timeoutMs, input: `${commits.join("\n")}\n` });
  return found.stdout
    .toString("latin1")
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [oid = "", ...parents] = line.split(" ").filter(Boolean);
      return { oid, parents };
    });
}
