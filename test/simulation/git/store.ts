/**
 * Git objects as parsed values, once for a whole simulated world. An id names its content, so what is remembered of an
 * object (its bytes, the generation of a commit, the code tree of a tree) is true in every repository; which repository has
 * which object is kept by `repository.ts`.
 */

import { hash } from "node:crypto";
import type { RawCommit, TreeEntry } from "../../../src/doors/git.ts";
import { byteOrder, printCommit, printTree } from "./bytes.ts";

export interface StoredBlob {
  readonly type: "blob";
  readonly oid: string;
  readonly bytes: Buffer;
}

export interface StoredTree {
  readonly type: "tree";
  readonly oid: string;
  /** In git's order. */
  readonly entries: readonly TreeEntry[];
  readonly byName: ReadonlyMap<string, TreeEntry>;
}

export interface StoredCommit {
  readonly type: "commit";
  readonly oid: string;
  readonly commit: RawCommit;
  /** One more than the highest of its parents, so an ancestor always has a lower one. */
  readonly generation: number;
}

export type StoredObject = StoredBlob | StoredTree | StoredCommit;

/** All objects of one world. Whether a repository has one is another question. */
export interface ObjectStore {
  readonly objects: Map<string, StoredObject>;
  /** Answers that depend on ids alone, by a question that names them. */
  readonly answers: Map<string, unknown>;
  readonly emptyTree: StoredTree;
}

export function makeStore(): ObjectStore {
  const emptyTree = makeTree([]);
  return { objects: new Map([[emptyTree.oid, emptyTree]]), answers: new Map(), emptyTree };
}

/** The answer of `work` for a question, remembered. Only for answers that follow from the ids in the question. */
export function remember<Answer>(store: ObjectStore, question: string, work: () => Answer): Answer {
  const known = store.answers.get(question);
  if (known !== undefined) return known as Answer;
  const answer = work();
  store.answers.set(question, answer);
  return answer;
}

export function storeBlob(store: ObjectStore, bytes: Buffer): StoredBlob {
  const oid = hashOf("blob", bytes);
  const known = store.objects.get(oid);
  if (known !== undefined) return known as StoredBlob;
  const blob: StoredBlob = { type: "blob", oid, bytes };
  store.objects.set(oid, blob);
  return blob;
}

/** Entries may come in any order; their names must be different. */
export function storeTree(store: ObjectStore, entries: readonly TreeEntry[]): StoredTree {
  const tree = makeTree(entries);
  const known = store.objects.get(tree.oid);
  if (known !== undefined) return known as StoredTree;
  store.objects.set(tree.oid, tree);
  return tree;
}

export function storeCommit(store: ObjectStore, parts: Omit<RawCommit, "oid">): StoredCommit {
  const oid = hashOf("commit", printCommit(parts));
  const known = store.objects.get(oid);
  if (known !== undefined) return known as StoredCommit;
  let generation = 0;
  for (const parent of parts.parents) generation = Math.max(generation, commitOf(store, parent)?.generation ?? 0);
  const stored: StoredCommit = { type: "commit", oid, commit: { oid, ...parts }, generation: generation + 1 };
  store.objects.set(oid, stored);
  return stored;
}

/** The commit of an id wherever it is, null when the id names something else or nothing. */
export function commitOf(store: ObjectStore, oid: string): StoredCommit | null {
  const object = store.objects.get(oid);
  return object?.type === "commit" ? object : null;
}

/** The tree of an id wherever it is; throws when there is none: whoever has a commit has its tree. */
export function treeOf(store: ObjectStore, oid: string): StoredTree {
  const object = store.objects.get(oid);
  if (object?.type !== "tree") throw new Error(`${oid} is no tree`);
  return object;
}

/** What an object is made of, without its header. */
export function bytesOf(object: StoredObject): Buffer {
  if (object.type === "blob") return object.bytes;
  return object.type === "tree" ? printTree(object.entries) : printCommit(object.commit);
}

function makeTree(entries: readonly TreeEntry[]): StoredTree {
  const sorted = [...entries].sort(byteOrder);
  const byName = new Map<string, TreeEntry>();
  for (const entry of sorted) byName.set(entry.name, entry);
  return { type: "tree", oid: hashOf("tree", printTree(sorted)), entries: sorted, byName };
}

/** The id that git gives to an object of this type and content. */
function hashOf(type: string, bytes: Buffer): string {
  const header = `${type} ${bytes.length}\0`;
  const whole = Buffer.allocUnsafe(header.length + bytes.length);
  whole.write(header, 0, "latin1");
  bytes.copy(whole, header.length);
  return hash("sha1", whole, "hex");
}
