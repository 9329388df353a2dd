/**
 * Merges of commits without a checkout, as `git merge-tree --write-tree` makes them: three ways over trees, by lines in
 * files, several merge bases merged into one first. Real git also looks for renames. This one does not follow them: it
 * recognises where one could matter and throws `RenameTerritory`, so a simulated world that goes there fails loudly and
 * never gets another answer than git's. Symbolic links and submodules that both sides changed are refused in the same way.
 */

import { GitError, type MergeTreeResult, type TreeEntry } from "../../../src/doors/git.ts";
import { comparePaths } from "./bytes.ts";
import { findMergeBases, type Node, nodeOf } from "./history.ts";
import { mergeTexts } from "./merge-lines.ts";
import { findCommit } from "./names.ts";
import { findRename, RenameTerritory } from "./renames.ts";
import { type MemoryRepository, makeRepository, writersOf } from "./repository.ts";
import { type ObjectStore, remember, treeOf } from "./store.ts";

/** The merge of two commits. New objects are written, as git writes them. Throws when a commit is not here. */
export function mergeCommits(repository: MemoryRepository, ours: string, theirs: string): MergeTreeResult {
  const args = ["merge-tree", "--write-tree", ours, theirs];
  const [left, right] = [findCommit(repository, ours), findCommit(repository, theirs)];
  if (left === null || right === null)
    throw new GitError(args, 1, `merge-tree: ${ours} or ${theirs} is no commit here`);
  const { store } = repository;
  const question = `merge ${left.oid} ${right.oid} ${ours} ${theirs}`;
  const { result, scratch } = remember(store, question, () => {
    const written = makeRepository(store, { gitDir: "", bare: true });
    const labels = { ours, theirs };
    const nodes = [nodeOf(store, left.oid), nodeOf(store, right.oid)] as const;
    return { result: mergeNodes({ store, written, labels, depth: 0 }, ...nodes), scratch: written };
  });
  for (const oid of scratch.present) repository.present.add(oid);
  return result;
}

interface Merging {
  store: ObjectStore;
  /** Takes the objects that the merge writes. */
  written: MemoryRepository;
  labels: { ours: string; theirs: string };
  /** 0 for the merge that was asked for, more for merges of merge bases. */
  depth: number;
}

function mergeNodes(merging: Merging, ours: Node, theirs: Node): MergeTreeResult {
  const [first, ...others] = [...findMergeBases(ours, theirs)].reverse();
  if (first === undefined && merging.depth === 0) return { kind: "unrelated" };
  let base: Node = first ?? { oid: null, tree: merging.store.emptyTree.oid, at: 0, parents: [] };
  for (const other of others) {
    const inner = {
      ...merging,
      labels: { ours: "Temporary merge branch 1", theirs: "Temporary merge branch 2" },
      depth: merging.depth + 1,
    };
    const merged = mergeNodes(inner, base, other);
    if (merged.kind === "unrelated") throw new Error("a merge of merge bases is never of strangers");
    base = { oid: null, tree: merged.tree, at: 0, parents: [base, other] };
  }
  return mergeThree(merging, { base: base.tree, ours: ours.tree, theirs: theirs.tree });
}

/** Three trees, by id. */
export interface Three {
  base: string;
  ours: string;
  theirs: string;
}

/** The merge of three trees with the given labels for conflicts; objects that it writes are kept by the repository. */
export function mergeTreesOf(
  repository: MemoryRepository,
  three: Three,
  labels: { ours: string; theirs: string },
): Exclude<MergeTreeResult, { kind: "unrelated" }> {
  return mergeThree({ store: repository.store, written: repository, labels, depth: 0 }, three);
}

function mergeThree(merging: Merging, three: Three): Exclude<MergeTreeResult, { kind: "unrelated" }> {
  const rename = findRename(merging.store, three);
  if (rename !== null) throw new RenameTerritory(rename);
  const conflicts: string[] = [];
  const entries = mergeLevels({ ...merging, conflicts }, [three.base, three.ours, three.theirs], "");
  const tree = writersOf(merging.written).tree(entries);
  if (conflicts.length === 0) return { kind: "clean", tree };
  return { kind: "conflict", tree, paths: [...new Set(conflicts)].sort(comparePaths) };
}

type Levels = Merging & { conflicts: string[] };
type Triple<Item> = readonly [base: Item, ours: Item, theirs: Item];
type Slot = TreeEntry | undefined;

function mergeLevels(merging: Levels, trees: Triple<string | null>, prefix: string): TreeEntry[] {
  const [base, ours, theirs] = trees.map((oid) => (oid === null ? null : treeOf(merging.store, oid)));
  const names = new Set<string>();
  for (const tree of [base, ours, theirs]) for (const { name } of tree?.entries ?? []) names.add(name);
  const entries: TreeEntry[] = [];
  for (const name of names) {
    const triple: Triple<Slot> = [base?.byName.get(name), ours?.byName.get(name), theirs?.byName.get(name)];
    entries.push(...mergeEntry(merging, triple, prefix, names));
  }
  return entries;
}

function mergeEntry(merging: Levels, triple: Triple<Slot>, prefix: string, taken: Set<string>): TreeEntry[] {
  const [base, ours, theirs] = triple;
  if (isSame(ours, theirs) || isSame(base, theirs)) return present(ours);
  if (isSame(base, ours)) return present(theirs);
  const name = (base ?? ours ?? theirs)?.name ?? "";
  const path = `${prefix}${name}`;
  const folders = triple.map((slot) => (slot?.type === "tree" ? slot.oid : null)) as unknown as Triple<string | null>;
  const inside = folders.every((oid) => oid === null) ? [] : mergeLevels(merging, folders, `${path}/`);
  const files = triple.map((slot) => (slot?.type === "tree" ? undefined : slot)) as unknown as Triple<Slot>;
  const folder = inside.length === 0 ? [] : [writeFolder(merging, name, inside)];
  const inTheWay = folder.length > 0;
  const file = files.every((slot) => slot === undefined) ? null : mergeFile(merging, files, path, inTheWay);
  if (file === null) return folder;
  if (!inTheWay) return [{ ...file, name }];
  const label = files[1] === undefined ? merging.labels.theirs : merging.labels.ours;
  const aside = asideName(name, label, taken);
  taken.add(aside);
  merging.conflicts.push(`${prefix}${aside}`);
  return [...folder, { ...file, name: aside }];
}

function isSame(a: Slot, b: Slot): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}

function present(slot: Slot): TreeEntry[] {
  return slot === undefined ? [] : [slot];
}

function writeFolder({ written }: Levels, name: string, entries: readonly TreeEntry[]): TreeEntry {
  return { name, mode: "040000", type: "tree", oid: writersOf(written).tree(entries) };
}

/** Where a folder took the name of a file, the file lies beside it under the name of its side. */
function asideName(name: string, label: string, taken: ReadonlySet<string>): string {
  const wanted = `${name}~${label.replaceAll("/", "_")}`;
  let free = wanted;
  for (let number = 0; taken.has(free); number += 1) free = `${wanted}_${number}`;
  return free;
}

/** The file that stays at a path, null when none does. A conflict is noted, unless a folder moves the file away. */
function mergeFile(merging: Levels, slots: Triple<Slot>, path: string, inTheWay: boolean): TreeEntry | null {
  const [base, ours, theirs] = slots;
  if (isSame(ours, theirs) || isSame(base, theirs)) return ours ?? null;
  if (isSame(base, ours)) return theirs ?? null;
  if (ours !== undefined && theirs !== undefined) {
    const merged = mergeContents(merging, { base, ours, theirs }, path);
    if (!merged.clean) merging.conflicts.push(path);
    return merged.entry;
  }
  if (!inTheWay) merging.conflicts.push(path);
  // One side changed it, the other took it away: for a merge base the old one is as good as any.
  return (merging.depth > 0 ? base : (ours ?? theirs)) ?? null;
}

function mergeContents(
  merging: Levels,
  { base, ours, theirs }: { base: Slot; ours: TreeEntry; theirs: TreeEntry },
  path: string,
): { clean: boolean; entry: TreeEntry } {
  for (const slot of [ours, theirs]) {
    if (!slot.mode.startsWith("100")) throw new RenameTerritory(`both sides changed ${path}, of mode ${slot.mode}`);
  }
  const before = base?.mode.startsWith("100") ? base : undefined;
  const takesTheirMode = ours.mode === theirs.mode || ours.mode === base?.mode;
  const mode = takesTheirMode ? theirs.mode : ours.mode;
  const modeClean = takesTheirMode || theirs.mode === base?.mode;
  if (ours.oid === theirs.oid || ours.oid === before?.oid) {
    return { clean: modeClean, entry: { ...theirs, mode } };
  }
  if (theirs.oid === before?.oid) return { clean: modeClean, entry: { ...ours, mode } };
  const merged = mergeBlobs(merging, before?.oid ?? null, ours.oid, theirs.oid);
  return { clean: merged.clean && modeClean, entry: { ...ours, mode, oid: merged.oid } };
}

function mergeBlobs(
  { store, written, labels, depth }: Levels,
  base: string | null,
  ours: string,
  theirs: string,
): { clean: boolean; oid: string } {
  const [before, mine, other] = [
    base === null ? Buffer.alloc(0) : blob(store, base),
    blob(store, ours),
    blob(store, theirs),
  ];
  if ([before, mine, other].some(isBinary))
    return { clean: false, oid: depth > 0 ? writersOf(written).blob(before) : ours };
  const texts = { base: latin(before), ours: latin(mine), theirs: latin(other) };
  const merged = mergeTexts(texts, labels, depth * 2);
  return { clean: merged.clean, oid: writersOf(written).blob(Buffer.from(merged.text, "latin1")) };
}

function blob(store: ObjectStore, oid: string): Buffer {
  const object = store.objects.get(oid);
  if (object?.type !== "blob") throw new Error(`${oid} is no blob`);
  return object.bytes;
}

/** One character a byte, so that any bytes come out as they went in. */
function latin(bytes: Buffer): string {
  return bytes.toString("latin1");
}

const BINARY_BYTES = 8_000;

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, BINARY_BYTES).includes(0);
}
