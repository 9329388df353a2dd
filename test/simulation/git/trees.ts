/** Trees: writing levels and paths, what differs between two, and the tree without some folders. */

import { type ChangedPath, GitError, type TreeEntry } from "../../../src/doors/git.ts";
import { byteOrder } from "./bytes.ts";
import { findTree } from "./names.ts";
import { hasObject, type MemoryRepository, writersOf } from "./repository.ts";
import { type ObjectStore, remember, type StoredTree, storeTree, treeOf } from "./store.ts";

/** What lies at a path; null takes the path away. */
export type PathChange = { mode: string; oid: string } | null;

/** What git takes a mode for. */
function typeOfMode(mode: string): TreeEntry["type"] {
  if (mode === "040000") return "tree";
  return mode === "160000" ? "commit" : "blob";
}

/** Writes one level and answers its id. Throws where a name is none or an object is missing. */
export function writeLevel(repository: MemoryRepository, entries: readonly TreeEntry[]): string {
  checkEntries(entries);
  return writeChecked(repository, entries);
}

function writeChecked(repository: MemoryRepository, entries: readonly TreeEntry[]): string {
  for (const { type, oid, name } of entries) {
    if (type === "commit") continue;
    const found = hasObject(repository, oid) ? repository.store.objects.get(oid)?.type : undefined;
    if (found === type) continue;
    const words =
      found === undefined ? `entry '${name}' object ${oid} is unavailable` : `entry '${name}' is a ${found}`;
    throw new GitError(["mktree"], 128, `fatal: ${words}`);
  }
  return writersOf(repository).tree(entries);
}

/** The tree with paths replaced or taken away; folders that this empties go too. */
export function editTree(repository: MemoryRepository, tree: string, changes: ReadonlyMap<string, PathChange>): string {
  const plan = growPlan(changes);
  const root =
    plan.below.size + plan.here.size === 0 ? tree : editFolder(repository, readFolder(repository, tree), plan);
  return root ?? writersOf(repository).tree([]);
}

interface Plan {
  here: Map<string, PathChange>;
  below: Map<string, Plan>;
}

function growPlan(changes: ReadonlyMap<string, PathChange>): Plan {
  const root: Plan = { here: new Map(), below: new Map() };
  for (const [path, change] of changes) {
    const names = path.split("/");
    const last = names.pop() as string;
    let plan = root;
    for (const name of names) {
      const next: Plan = plan.below.get(name) ?? { here: new Map(), below: new Map() };
      plan.below.set(name, next);
      plan = next;
    }
    plan.here.set(last, change);
  }
  return root;
}

function readFolder(repository: MemoryRepository, oid: string): StoredTree {
  const tree = findTree(repository, oid);
  if (tree === null) throw new Error(`tree ${oid} is missing`);
  return tree;
}

function editFolder(repository: MemoryRepository, old: StoredTree | null, plan: Plan): string | null {
  const entries = new Map(old?.byName ?? []);
  for (const [name, below] of plan.below) {
    const entry = entries.get(name);
    if (entry !== undefined && entry.type !== "tree") throw new Error(`${name} is no folder, nothing can lie below it`);
    if (entry === undefined && isRemoval(below)) continue;
    const oid = editFolder(repository, entry === undefined ? null : readFolder(repository, entry.oid), below);
    if (oid === null) entries.delete(name);
    else entries.set(name, { name, mode: "040000", type: "tree", oid });
  }
  for (const [name, change] of plan.here) {
    if (change === null) entries.delete(name);
    else entries.set(name, { name, mode: change.mode, type: typeOfMode(change.mode), oid: change.oid });
  }
  const after = [...entries.values()];
  if (after.length === 0) return null;
  checkEntries(after.filter(({ name }) => plan.here.has(name) || plan.below.has(name)));
  const isSame = old !== null && after.length === old.entries.length && after.every((entry) => isEntryOf(old, entry));
  return isSame ? old.oid : writeChecked(repository, after);
}

function isEntryOf(tree: StoredTree, entry: TreeEntry): boolean {
  const own = tree.byName.get(entry.name);
  return own === entry || (own?.oid === entry.oid && own.mode === entry.mode);
}

function isRemoval(plan: Plan): boolean {
  return [...plan.here.values()].every((change) => change === null) && [...plan.below.values()].every(isRemoval);
}

function checkEntries(entries: readonly TreeEntry[]): void {
  const names = new Set<string>();
  for (const { name } of entries) {
    const bad = name === "" || name === "." || name === ".." || /[/\0]/.test(name) || name.toLowerCase() === ".git";
    if (bad || names.has(name)) throw new Error(`not a name for a tree entry: ${JSON.stringify(name)}`);
    names.add(name);
  }
}

/** The id of a tree without `folders`; a parent that this empties goes too. No repository gets anything from it. */
export function codeTreeOf(store: ObjectStore, tree: string, folders: readonly string[]): string {
  const question = `code ${tree} ${[...folders].sort().join("\0")}`;
  return remember(store, question, () => {
    const paths = folders.map((folder) => folder.split("/"));
    return without(store, treeOf(store, tree), paths) ?? store.emptyTree.oid;
  });
}

function without(store: ObjectStore, tree: StoredTree, paths: readonly string[][]): string | null {
  const left: TreeEntry[] = [];
  for (const entry of tree.entries) {
    const inside = entry.type === "tree" ? paths.filter((path) => path[0] === entry.name) : [];
    if (inside.some((path) => path.length === 1)) continue;
    const below = inside.map((path) => path.slice(1));
    const oid = inside.length === 0 ? entry.oid : without(store, treeOf(store, entry.oid), below);
    if (oid !== null) left.push(oid === entry.oid ? entry : { ...entry, oid });
  }
  if (left.length === 0) return null;
  const isSame = left.length === tree.entries.length && left.every((entry, index) => entry === tree.entries[index]);
  return isSame ? tree.oid : storeTree(store, left).oid;
}

/** A change of one path between two trees. */
export interface EntryChange {
  path: string;
  old: TreeEntry | null;
  new: TreeEntry | null;
}

/** Files that differ, folders looked into, in the order that git tells them; `path` keeps what lies at or below it. */
export function compareTrees(store: ObjectStore, from: string, to: string, path?: string): readonly EntryChange[] {
  const changes: EntryChange[] = [];
  if (from !== to) compareLevels(store, from, to, "", changes);
  const kept = path?.replace(/\/$/, "");
  if (kept === undefined || kept === "") return changes;
  return changes.filter((change) => change.path === kept || change.path.startsWith(`${kept}/`));
}

function compareLevels(
  store: ObjectStore,
  from: string | null,
  to: string | null,
  prefix: string,
  changes: EntryChange[],
): void {
  const before = from === null ? [] : treeOf(store, from).entries;
  const after = to === null ? [] : treeOf(store, to).entries;
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    const [old, next] = [before[left] ?? null, after[right] ?? null];
    const order = old === null ? 1 : next === null ? -1 : byteOrder(old, next);
    if (order <= 0) left += 1;
    if (order >= 0) right += 1;
    compareEntries(store, { old: order <= 0 ? old : null, new: order >= 0 ? next : null }, prefix, changes);
  }
}

function compareEntries(
  store: ObjectStore,
  pair: { old: TreeEntry | null; new: TreeEntry | null },
  prefix: string,
  changes: EntryChange[],
): void {
  if (pair.old?.oid === pair.new?.oid && pair.old?.mode === pair.new?.mode) return;
  const path = `${prefix}${(pair.old ?? pair.new)?.name}`;
  const [from, to] = [folderOf(pair.old), folderOf(pair.new)];
  if (from !== null || to !== null) compareLevels(store, from, to, `${path}/`, changes);
  else changes.push({ path, ...pair });
}

function folderOf(entry: TreeEntry | null): string | null {
  return entry?.type === "tree" ? entry.oid : null;
}

/** A change as the door tells it. */
export function printChange({ path, old, new: next }: EntryChange): ChangedPath {
  if (next === null) return { status: "D", path, mode: old?.mode ?? "", oid: old?.oid ?? "" };
  if (old === null) return { status: "A", path, mode: next.mode, oid: next.oid };
  const isOtherKind = old.mode.slice(0, 3) !== next.mode.slice(0, 3);
  return { status: isOtherKind ? "T" : "M", path, mode: next.mode, oid: next.oid };
}
