/** The tree without some folders, by id only: nothing is written. */

import { GitError, type TreeEntry } from "../../git.ts";
import { parseTree } from "./parse.ts";
import type { ObjectReader } from "./reader.ts";
import { emptyTreeId, treeId } from "./trees.ts";

const KEPT = 1_000;

/** Answers for `commitOrTree` the id of its tree without `folders`; a parent that this empties goes too. */
export type CodeTree = (commitOrTree: string, folders: readonly string[]) => Promise<string>;

/** Remembers the answers by tree id. */
export function makeCodeTree(reader: ObjectReader, oidLength: number): CodeTree {
  const known = new Map<string, string>();

  async function without(
    tree: string,
    entries: readonly TreeEntry[],
    paths: readonly string[][],
  ): Promise<string | null> {
    const left: TreeEntry[] = [];
    for (const entry of entries) {
      const inside = entry.type === "tree" ? paths.filter((path) => path[0] === entry.name) : [];
      // A file of that name is code.
      if (inside.some((path) => path.length === 1)) continue;
      const oid = inside.length === 0 ? entry.oid : await withoutBelow(entry.oid, inside);
      if (oid !== null) left.push({ ...entry, oid });
    }
    if (left.length === 0) return null;
    const same = left.length === entries.length && left.every((entry, index) => entry.oid === entries[index]?.oid);
    return same ? tree : treeId(left, oidLength);
  }
  async function withoutBelow(tree: string, paths: readonly string[][]): Promise<string | null> {
    const object = await reader.read(tree);
    if (object === null) throw new Error(`tree ${tree} is missing`);
    const entries = parseTree(object.bytes, oidLength);
    return without(
      tree,
      entries,
      paths.map((path) => path.slice(1)),
    );
  }
  return async (commitOrTree, folders) => {
    const wanted = [...folders].sort().join("\0");
    const asked = `${commitOrTree}\0${wanted}`;
    const answer = known.get(asked);
    if (answer !== undefined) return answer;
    const root = await reader.read(`${commitOrTree}^{tree}`);
    if (root === null) throw new GitError(["cat-file", commitOrTree], null, `no tree at ${commitOrTree}`);
    const paths = folders.map((folder) => folder.split("/"));
    const key = `${root.oid}\0${wanted}`;
    const oid =
      known.get(key) ?? (await without(root.oid, parseTree(root.bytes, oidLength), paths)) ?? emptyTreeId(oidLength);
    if (known.size > KEPT) known.clear();
    known.set(key, oid).set(asked, oid);
    return oid;
  };
}
