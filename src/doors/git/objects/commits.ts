/** Commits: writing one, reading a line of them, and how two are related. */

import { GitError, type NewCommit, type RawCommit } from "../../git.ts";
import { failure, type GitRunner } from "../process/spawn.ts";
import { printCommit } from "./commit-bytes.ts";
import { hashObject, parseCommit } from "./parse.ts";
import type { ObjectReader } from "./reader.ts";
import type { NewObject, ObjectStore } from "./store.ts";
import { emptyTreeId, keepEmptyTree } from "./trees.ts";

const KEPT = 10_000;
/** An append is a few commits long: looking for the old tip by parents costs no process. */
const STEPS = 32;

export interface Commits {
  read(oid: string): Promise<RawCommit | null>;
  /** The commit that a name stands for, else whatever object it names. */
  resolve(rev: string): Promise<string | null>;
  write(commit: NewCommit): Promise<string>;
  writeChain(tip: string | null, commits: readonly Omit<NewCommit, "parents">[]): Promise<readonly string[]>;
  list(tip: string, exclude: string | null, limit?: number): Promise<readonly RawCommit[]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(a: string, b: string): Promise<string | null>;
}

export interface CommitTools {
  runner: GitRunner;
  reader: ObjectReader;
  store: ObjectStore;
  /** 40 (sha1) or 64 (sha256). */
  oidLength: number;
}

export function makeCommits({ runner, reader, store, oidLength }: CommitTools): Commits {
  const emptyTree = emptyTreeId(oidLength);
  const ancestry = new Map<string, boolean>();

  /** What `git commit-tree` demands before it writes. */
  async function demandParts(trees: readonly string[], parents: readonly string[]): Promise<void> {
    if (trees.includes(emptyTree)) await keepEmptyTree(store);
    await Promise.all([
      ...trees.map((tree) => demandType(store, tree, "tree")),
      ...parents.map((parent) => demandType(store, parent, "commit")),
    ]);
  }
  async function askAncestry(ancestor: string, descendant: string): Promise<boolean> {
    const output = await runner.run(["merge-base", "--is-ancestor", ancestor, descendant]);
    if (output.exitCode === 0 || output.exitCode === 1) return output.exitCode === 0;
    // What is not here can't be an ancestor of what is here with all its history.
    if (
      (await reader.info(`${ancestor}^{commit}`)) === null &&
      (await reader.info(`${descendant}^{commit}`)) !== null
    ) {
      return false;
    }
    throw failure(output);
  }
  return {
    async read(oid) {
      const object = await reader.read(`${oid}^{commit}`);
      return object === null ? null : parseCommit(object.oid, object.bytes);
    },
    async resolve(rev) {
      const info = (await reader.info(`${rev}^{commit}`)) ?? (await reader.info(rev));
      return info?.oid ?? null;
    },
    async write(commit) {
      await demandParts([commit.tree], commit.parents);
      return store.write("commit", printCommit(commit));
    },
    async writeChain(tip, commits) {
      const trees = [...new Set(commits.map(({ tree }) => tree))];
      await demandParts(trees, tip === null ? [] : [tip]);
      // Their ids are known before they are written, so all wait for the disk together.
      let parents = tip === null ? [] : [tip];
      const chain = commits.map((commit): NewObject => {
        const bytes = printCommit({ ...commit, parents });
        parents = [hashObject("commit", bytes, oidLength)];
        return { type: "commit", bytes };
      });
      return store.writeAll(chain);
    },
    async list(tip, exclude, limit) {
      const range = exclude === null ? [tip] : [tip, `^${exclude}`];
      const most = limit === undefined ? [] : [`--max-count=${limit}`];
      const args = ["log", "--first-parent", "--reverse", "-z", "--no-color", "--no-notes", `--format=${LOG_FORMAT}`];
      const output = await runner.demand([...args, ...most, ...range, "--"]);
      const commits = parseLog(output.stdout.toString("utf8"));
      const last = commits.at(-1);
      // What is appended next stands on it.
      if (last !== undefined) store.noteCommit(last.oid);
      return commits;
    },
    async isAncestor(ancestor, descendant) {
      if (ancestor === descendant) return true;
      const key = `${ancestor} ${descendant}`;
      const answer = ancestry.get(key) ?? (await askAncestry(ancestor, descendant));
      if (ancestry.size > KEPT) ancestry.clear();
      ancestry.set(key, answer);
      return answer;
    },
    async mergeBase(a, b) {
      const output = await runner.demand(["merge-base", a, b], {}, [0, 1]);
      return output.stdout.toString("latin1").split("\n")[0] || null;
    },
  };
}

/** Whether `tip` has `old` in its history: first by the last few first parents, then by asking git. */
export async function descends(commits: Commits, reader: ObjectReader, tip: string, old: string): Promise<boolean> {
  let commit: string | undefined = tip;
  for (let step = 0; step < STEPS && commit !== undefined; step += 1) {
    if (commit === old) return true;
    const object = await reader.read(commit);
    if (object?.type !== "commit") return false;
    commit = /^parent ([0-9a-f]+)$/m.exec(object.bytes.toString("latin1").split("\n\n", 1)[0] ?? "")?.[1];
  }
  return commits.isAncestor(old, tip);
}

async function demandType(store: ObjectStore, oid: string, type: "tree" | "commit"): Promise<void> {
  if ((await store.typeOf(oid)) === type) return;
  throw new GitError(["commit-tree"], 128, `fatal: ${oid} is not a valid '${type}' object`);
}

const LOG_FIELDS = ["%H", "%T", "%P", "%an", "%ae", "%cn", "%ce", "%ct"];
const LOG_FORMAT = `${LOG_FIELDS.join("%n")}%n%B`;

function parseLog(text: string): RawCommit[] {
  return text.split("\0").filter(Boolean).map(parseLogEntry);
}

function parseLogEntry(entry: string): RawCommit {
  const fields: string[] = [];
  let at = 0;
  for (let index = 0; index < LOG_FIELDS.length; index += 1) {
    const end = entry.indexOf("\n", at);
    fields.push(entry.slice(at, end));
    at = end + 1;
  }
  const [oid = "", tree = "", parents = "", name = "", email = "", committer = "", committerEmail = "", date = ""] =
    fields;
  return {
    oid,
    tree,
    parents: parents === "" ? [] : parents.split(" "),
    author: { name, email },
    committer: { name: committer, email: committerEmail },
    at: Number(date) * 1000,
    message: entry.slice(at),
  };
}
