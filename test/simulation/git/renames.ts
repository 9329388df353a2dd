/**
 * Where git's detection of renames could change a merge. A file that one side took away and the other did not leave alone
 * may have been moved, if that side also added a file like it; a folder that one side emptied may have moved, if the other
 * added something to it. Likeness is judged more generously than git does, so no rename is overlooked.
 */

import { type ObjectStore, remember } from "./store.ts";
import { compareTrees, type EntryChange } from "./trees.ts";

/** A merge whose answer would hang on renames, links or submodules, of which the in-memory git knows nothing. */
export class RenameTerritory extends Error {
  constructor(what: string) {
    super(`the in-memory git can't answer this as git would: ${what}`);
    this.name = "RenameTerritory";
  }
}

/** Git takes half of the bytes in common for a rename. */
const LIKENESS = 0.4;

/** Says which rename could matter to the merge of three trees, null when none could. */
export function findRename(
  store: ObjectStore,
  { base, ours, theirs }: { base: string; ours: string; theirs: string },
): string | null {
  if (base === ours || base === theirs || ours === theirs) return null;
  const mine = compareTrees(store, base, ours);
  const other = compareTrees(store, base, theirs);
  return findMoved(store, mine, other) ?? findMoved(store, other, mine);
}

function findMoved(store: ObjectStore, changes: readonly EntryChange[], rival: readonly EntryChange[]): string | null {
  const gone = changes.filter((change) => change.new === null);
  const added = changes.filter((change) => change.old === null);
  if (gone.length === 0 || added.length === 0) return null;
  const touched = new Set(rival.map(({ path }) => path));
  const folders = new Set(rival.filter((change) => change.old === null).map(({ path }) => folderOf(path)));
  for (const source of gone) {
    // Files that were put into a folder may have to follow it, and into any folder above it.
    const mayFollow = [...folders].some((folder) => folder !== "" && source.path.startsWith(`${folder}/`));
    if (!touched.has(source.path) && !mayFollow) continue;
    const target = added.find((addition) => isAlike(store, source.old?.oid ?? "", addition.new?.oid ?? ""));
    if (target !== undefined) return `${source.path} may have been moved to ${target.path}`;
  }
  return null;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

function isAlike(store: ObjectStore, a: string, b: string): boolean {
  return remember(store, `alike ${a} ${b}`, () => {
    const [left, right] = [store.objects.get(a), store.objects.get(b)];
    if (left?.type !== "blob" || right?.type !== "blob") return false;
    if (left.bytes.length === 0 || right.bytes.length === 0) return false;
    if (a === b) return true;
    const most = Math.max(left.bytes.length, right.bytes.length);
    return commonBytes(left.bytes.toString("latin1"), right.bytes.toString("latin1")) >= most * LIKENESS;
  });
}

/** Bytes of the lines that both have, each as often as both have it. */
function commonBytes(a: string, b: string): number {
  const left = new Map<string, number>();
  for (const line of a.split("\n")) left.set(line, (left.get(line) ?? 0) + 1);
  let bytes = 0;
  for (const line of b.split("\n")) {
    const count = left.get(line) ?? 0;
    if (count === 0) continue;
    left.set(line, count - 1);
    bytes += line.length + 1;
  }
  return bytes;
}
