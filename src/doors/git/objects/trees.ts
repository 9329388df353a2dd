/** Trees: reading a level, writing levels, and a tree with some of its paths replaced. */

import { GitError, type TreeEntry } from "../../git.ts";
import { hashObject, parseTree, printTree, typeOfMode } from "./parse.ts";
import type { ObjectReader } from "./reader.ts";
import type { ObjectStore } from "./store.ts";

/** What lies at a path; null takes the path away. */
export type PathChange = { mode: string; oid: string } | null;

export interface Trees {
  writeBlob(bytes: Uint8Array): Promise<string>;
  read(oid: string): Promise<readonly TreeEntry[] | null>;
  write(entries: readonly TreeEntry[]): Promise<string>;
  writeFiles(tree: string, changes: ReadonlyMap<string, PathChange>): Promise<string>;
}

/** `oidLength` is 40 (sha1) or 64 (sha256). */
export function makeTrees(reader: ObjectReader, store: ObjectStore, oidLength: number): Trees {
  async function read(oid: string): Promise<readonly TreeEntry[] | null> {
    const object = await reader.read(`${oid}^{tree}`);
    return object === null ? null : parseTree(object.bytes, oidLength);
  }
  async function readFolder(oid: string): Promise<readonly TreeEntry[]> {
    const entries = await read(oid);
    if (entries === null) throw new Error(`tree ${oid} is missing`);
    return entries;
  }
  /** A folder may name others of the same call, which are about to be written. */
  async function writeLevels(levels: readonly Level[]): Promise<void> {
    const coming = new Set(levels.map(({ oid }) => oid));
    const isComing = ({ type, oid }: TreeEntry) => type === "tree" && coming.has(oid);
    const entries = levels.flatMap((level) => level.entries.filter((entry) => !isComing(entry)));
    await Promise.all(entries.map((entry) => demandEntry(store, entry, oidLength)));
    await store.writeAll(levels.map((level) => ({ type: "tree", bytes: printTree(level.entries) })));
  }
  return {
    read,
    writeBlob: (bytes) => store.write("blob", bytes),
    async write(entries) {
      checkEntries(entries);
      const oid = treeId(entries, oidLength);
      await writeLevels([{ entries, oid }]);
      return oid;
    },
    async writeFiles(tree, changes) {
      const levels: Level[] = [];
      const root = { mode: "040000", oid: tree };
      const oid = await editFolder(root, growPlan(changes), { readFolder, levels, oidLength });
      await writeLevels(levels);
      return oid ?? keepEmptyTree(store);
    },
  };
}

/** The id of a tree with these entries. */
export function treeId(entries: readonly TreeEntry[], oidLength: number): string {
  return hashObject("tree", printTree(entries), oidLength);
}

/** Written out, since whoever only opens a repository must not load what hashes. */
export function emptyTreeId(oidLength: number): string {
  return oidLength === 64
    ? "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321"
    : "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
}

/** Git knows the empty tree without having it, but `git fsck` calls it missing once a commit names it. */
export function keepEmptyTree(store: ObjectStore): Promise<string> {
  return store.write("tree", new Uint8Array());
}

interface Level {
  entries: readonly TreeEntry[];
  oid: string;
}

/** The changes below one folder. */
interface Plan {
  here: Map<string, PathChange>;
  below: Map<string, Plan>;
}

interface Editing {
  readFolder(oid: string): Promise<readonly TreeEntry[]>;
  levels: Level[];
  oidLength: number;
}

function growPlan(changes: ReadonlyMap<string, PathChange>): Plan {
  const root: Plan = { here: new Map(), below: new Map() };
  for (const [path, change] of changes) {
    const names = path.split("/");
    const last = names.pop() as string;
    let plan = root;
    for (const name of names) {
      const next = plan.below.get(name) ?? { here: new Map(), below: new Map() };
      plan.below.set(name, next);
      plan = next;
    }
    plan.here.set(last, change);
  }
  return root;
}

/** Answers the new folder's id, null when nothing is left in it. Pushes the levels that are to be written, deepest first. */
async function editFolder(old: { oid: string } | null, plan: Plan, editing: Editing): Promise<string | null> {
  const before = old === null ? [] : await editing.readFolder(old.oid);
  const entries = new Map(before.map((entry) => [entry.name, entry]));
  const folders = [...plan.below].map(async ([name, below]) => {
    const entry = entries.get(name);
    if (entry !== undefined && entry.type !== "tree") throw new Error(`${name} is no folder, nothing can lie below it`);
    if (entry === undefined && isRemoval(below)) return;
    return { name, oid: await editFolder(entry ?? null, below, editing) };
  });
  for (const folder of await Promise.all(folders)) {
    if (folder === undefined) continue;
    if (folder.oid === null) entries.delete(folder.name);
    else entries.set(folder.name, { name: folder.name, mode: "040000", type: "tree", oid: folder.oid });
  }
  for (const [name, change] of plan.here) {
    if (change === null) entries.delete(name);
    else entries.set(name, { name, mode: change.mode, type: typeOfMode(change.mode), oid: change.oid });
  }
  const after = [...entries.values()];
  if (after.length === 0) return null;
  checkEntries(after.filter((entry) => plan.here.has(entry.name) || plan.below.has(entry.name)));
  const oid = treeId(after, editing.oidLength);
  if (oid !== old?.oid) editing.levels.push({ entries: after, oid });
  return oid;
}

function isRemoval(plan: Plan): boolean {
  return [...plan.here.values()].every((change) => change === null) && [...plan.below.values()].every(isRemoval);
}

/** What `git mktree` demands of an entry: a mode, and an object of its kind that is here. A submodule's commit is elsewhere. */
async function demandEntry(store: ObjectStore, entry: TreeEntry, oidLength: number): Promise<void> {
  const { mode, type, oid, name } = entry;
  const isFormal = /^[0-7]{5,6}$/.test(mode) && oid.length === oidLength && /^[0-9a-f]+$/.test(oid);
  if (!isFormal) throw refusal(`input format error: ${mode} ${type} ${oid}\t${name}`);
  if (typeOfMode(mode) !== type) throw refusal(`entry '${name}' object type (${type}) doesn't match mode ${mode}`);
  if (type === "commit") return;
  const found = await store.typeOf(oid);
  if (found === null) throw refusal(`entry '${name}' object ${oid} is unavailable`);
  if (found !== type) throw refusal(`entry '${name}' object ${oid} is a ${found} but specified type was (${type})`);
}

function refusal(words: string): GitError {
  return new GitError(["mktree"], 128, `fatal: ${words}`);
}

/** Git writes what it is given: two entries of one name, or a folder that no checkout would accept. */
function checkEntries(entries: readonly TreeEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    const bad = name === "" || name === "." || name === ".." || /[/\0]/.test(name) || name.toLowerCase() === ".git";
    if (bad || names.has(name)) throw new Error(`not a name for a tree entry: ${JSON.stringify(name)}`);
    names.add(name);
  }
}
