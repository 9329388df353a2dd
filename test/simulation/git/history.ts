/** Commits: writing one, the line of first parents, and where two histories meet, found as git finds it. */

import { GitError, type NewCommit, type NewObject, type RawCommit } from "../../../src/doors/git.ts";
import { tidyIdentity } from "./bytes.ts";
import { findCommit } from "./names.ts";
import { hasObject, type MemoryRepository, writersOf } from "./repository.ts";
import { commitOf, type ObjectStore, treeOf } from "./store.ts";

/** Writes a commit and answers its id. Throws where its tree or a parent is not here, or a name is none. */
export function writeCommit(repository: MemoryRepository, commit: NewCommit): string {
  demandType(repository, commit.tree, "tree");
  const parents = [...new Set(commit.parents)];
  for (const parent of parents) demandType(repository, parent, "commit");
  if (commit.message.includes("\0")) throw new GitError(["commit-tree"], 1, "error: a NUL byte in commit log message");
  const author = tidyIdentity(commit.author);
  const committer = commit.committer === commit.author ? author : tidyIdentity(commit.committer);
  const at = Math.floor(commit.at / 1000) * 1000;
  return writersOf(repository).commit({ tree: commit.tree, parents, author, committer, at, message: commit.message });
}

function demandType(repository: MemoryRepository, oid: string, type: "tree" | "commit"): void {
  const object = hasObject(repository, oid) ? repository.store.objects.get(oid) : undefined;
  if (object?.type !== type) throw new GitError(["commit-tree"], 128, `fatal: ${oid} is not a valid '${type}' object`);
}

/** First parents of `tip` that are not in the history of `exclude`, oldest first; of those the newest `limit`. */
export function listFirstParents(
  repository: MemoryRepository,
  tip: string,
  exclude: string | null,
  limit: number | undefined,
): readonly RawCommit[] {
  const args = ["log", tip, ...(exclude === null ? [] : [`^${exclude}`])];
  const start = demandCommit(repository, tip, args);
  const without = exclude === null ? null : historyOf(repository.store, demandCommit(repository, exclude, args));
  const commits: RawCommit[] = [];
  let oid: string | undefined = start;
  while (oid !== undefined && !without?.has(oid) && commits.length < (limit ?? Number.POSITIVE_INFINITY)) {
    const { commit } = readHere(repository, oid, args);
    commits.push(commit);
    oid = commit.parents[0];
  }
  return commits.reverse();
}

function demandCommit(repository: MemoryRepository, rev: string, args: readonly string[]): string {
  const commit = findCommit(repository, rev);
  if (commit === null) throw new GitError(args, 128, `fatal: bad object ${rev}`);
  return commit.oid;
}

function readHere(repository: MemoryRepository, oid: string, args: readonly string[]): { commit: RawCommit } {
  const found = hasObject(repository, oid) ? commitOf(repository.store, oid) : null;
  if (found === null) throw new GitError(args, 128, `fatal: Could not read ${oid}`);
  return found;
}

/** Commits, trees and files of some histories that others don't have. */
export function listNewObjects(
  repository: MemoryRepository,
  tips: readonly string[],
  known: readonly string[],
): NewObject[] {
  const { store } = repository;
  const args = ["rev-list", "--objects", ...tips];
  const found = (revs: readonly string[]): Map<string, string> => {
    const objects = new Map<string, string>();
    for (const rev of revs) {
      for (const oid of historyOf(store, demandCommit(repository, rev, args))) {
        objects.set(oid, "");
        collectTree(store, readHere(repository, oid, args).commit.tree, "", objects);
      }
    }
    return objects;
  };
  const old = found(known);
  return [...found(tips)].filter(([oid]) => !old.has(oid)).map(([oid, path]) => ({ oid, path }));
}

function collectTree(store: ObjectStore, oid: string, path: string, into: Map<string, string>): void {
  if (into.has(oid)) return;
  into.set(oid, path);
  for (const entry of treeOf(store, oid).entries) {
    const at = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.type === "tree") collectTree(store, entry.oid, at, into);
    else if (entry.type === "blob" && !into.has(entry.oid)) into.set(entry.oid, at);
  }
}

/** All commits that a commit comes after, and itself. */
function historyOf(store: ObjectStore, tip: string): Set<string> {
  const seen = new Set<string>();
  const left = [tip];
  for (let oid = left.pop(); oid !== undefined; oid = left.pop()) {
    if (seen.has(oid)) continue;
    seen.add(oid);
    left.push(...(commitOf(store, oid)?.commit.parents ?? []));
  }
  return seen;
}

/** A commit as the search for common ancestors sees it; merges of merge bases are such without being objects. */
export interface Node {
  /** null when it is no object. */
  readonly oid: string | null;
  readonly tree: string;
  readonly at: number;
  readonly parents: readonly Node[];
}

const NODES = new WeakMap<RawCommit, Node>();

/** The node of a stored commit, always the same one. */
export function nodeOf(store: ObjectStore, oid: string): Node {
  const commit = commitOf(store, oid)?.commit;
  if (commit === undefined) throw new Error(`${oid} is no commit`);
  const known = NODES.get(commit);
  if (known !== undefined) return known;
  let parents: readonly Node[] | null = null;
  const node = {
    oid,
    tree: commit.tree,
    at: commit.at,
    get parents() {
      parents ??= commit.parents.map((parent) => nodeOf(store, parent));
      return parents;
    },
  };
  NODES.set(commit, node);
  return node;
}

const OURS = 1;
const THEIRS = 2;
const STALE = 4;
const FOUND = 8;

/**
 * The best common ancestors, the newest first. Both histories are painted from the newest commit down; what is painted by
 * both is a common ancestor, and what lies below one is stale. Equal dates keep the order in which git comes to them,
 * since that decides which of several it names first.
 */
export function findMergeBases(ours: Node, theirs: Node): readonly Node[] {
  if (ours === theirs) return [ours];
  const paint = new Map<Node, number>([
    [ours, OURS],
    [theirs, THEIRS],
  ]);
  const queue = [ours];
  insertByDate(queue, theirs);
  const found: Node[] = [];
  while (queue.some((node) => ((paint.get(node) ?? 0) & STALE) === 0)) {
    const node = queue.shift() as Node;
    const own = paint.get(node) ?? 0;
    let flags = own & (OURS | THEIRS | STALE);
    if (flags === (OURS | THEIRS)) {
      if ((own & FOUND) === 0) insertByDate(found, node);
      paint.set(node, own | FOUND);
      flags |= STALE;
    }
    for (const parent of node.parents) {
      const before = paint.get(parent) ?? 0;
      if ((before & flags) === flags) continue;
      paint.set(parent, before | flags);
      insertByDate(queue, parent);
    }
  }
  return withoutAncestors(found.filter((node) => ((paint.get(node) ?? 0) & STALE) === 0));
}

/** Newest first, behind those of the same date. */
function insertByDate(nodes: Node[], node: Node): void {
  let index = nodes.length;
  while (index > 0 && (nodes[index - 1] as Node).at < node.at) index -= 1;
  nodes.splice(index, 0, node);
}

/** Dates that run backwards let an ancestor of another base through. */
function withoutAncestors(nodes: readonly Node[]): readonly Node[] {
  if (nodes.length < 2) return nodes;
  return nodes.filter((node) => !nodes.some((other) => other !== node && reaches(other, node)));
}

function reaches(from: Node, goal: Node): boolean {
  const seen = new Set<Node>();
  const left = [from];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    if (node === goal) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    left.push(...node.parents);
  }
  return false;
}
