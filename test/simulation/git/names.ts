/** What a name stands for: ids, refs, `~1`, `^2`, `^{tree}`, `rev:path`. */

import { hasObject, headCommit, type MemoryRepository, readStored } from "./repository.ts";
import { commitOf, type StoredCommit, type StoredObject, type StoredTree } from "./store.ts";

const ID_LENGTH = 40;
const FULL_ID = /^[0-9a-f]{40}$/;
const SHORT_ID = /^[0-9a-f]{4,39}$/;
const STEP = /\^\{(\w*)\}|\^(\d*)|~(\d*)/y;
/** Where git looks for a short name, in this order. */
const PLACES = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"];

/** The object of a name, null when there is none or the name means nothing. */
export function findObject(repository: MemoryRepository, spec: string): StoredObject | null {
  const known = spec.length === ID_LENGTH ? readStored(repository, spec) : null;
  if (known !== null || FULL_ID.test(spec)) return known;
  const colon = spec.indexOf(":");
  if (colon >= 0) {
    const root = findTree(repository, spec.slice(0, colon));
    return root === null ? null : findBelow(repository, root, spec.slice(colon + 1));
  }
  const end = spec.search(/[\^~]/);
  const start = findNamed(repository, end < 0 ? spec : spec.slice(0, end));
  return end < 0 ? start : follow(repository, start, spec.slice(end));
}

/** The tree of a tree or commit. */
export function findTree(repository: MemoryRepository, spec: string): StoredTree | null {
  return peel(repository, findObject(repository, spec), "tree") as StoredTree | null;
}

export function findCommit(repository: MemoryRepository, spec: string): StoredCommit | null {
  const object = findObject(repository, spec);
  return object?.type === "commit" ? object : null;
}

function findNamed(repository: MemoryRepository, name: string): StoredObject | null {
  if (FULL_ID.test(name)) return readStored(repository, name);
  if (name === "HEAD" || name === "@") {
    const head = headCommit(repository);
    return head === null ? null : readStored(repository, head);
  }
  for (const place of PLACES) {
    const oid = repository.refs.get(place + name);
    if (oid !== undefined) return readStored(repository, oid);
  }
  return SHORT_ID.test(name) ? findShort(repository, name) : null;
}

function findShort(repository: MemoryRepository, short: string): StoredObject | null {
  const found = [...repository.store.objects.keys()].filter(
    (oid) => oid.startsWith(short) && hasObject(repository, oid),
  );
  return found.length === 1 ? readStored(repository, found[0] as string) : null;
}

function follow(repository: MemoryRepository, start: StoredObject | null, steps: string): StoredObject | null {
  let object = start;
  STEP.lastIndex = 0;
  while (object !== null && STEP.lastIndex < steps.length) {
    const match = STEP.exec(steps);
    if (match === null) return null;
    const at = STEP.lastIndex;
    const [, type, parent, count] = match;
    if (type !== undefined) object = peel(repository, object, type);
    else if (parent !== undefined) object = parentOf(repository, object, parent === "" ? 1 : Number(parent));
    else
      for (let left = count === "" ? 1 : Number(count); left > 0; left -= 1) object = parentOf(repository, object, 1);
    STEP.lastIndex = at;
  }
  return object;
}

function parentOf(repository: MemoryRepository, object: StoredObject | null, number: number): StoredObject | null {
  if (object?.type !== "commit") return null;
  if (number === 0) return object;
  const oid = object.commit.parents[number - 1];
  return oid === undefined ? null : readStored(repository, oid);
}

function peel(repository: MemoryRepository, object: StoredObject | null, type: string): StoredObject | null {
  if (object === null || type === "" || type === "object" || object.type === type) return object;
  return object.type === "commit" && type === "tree" ? readStored(repository, object.commit.tree) : null;
}

/** The object at a path below a tree; the empty path is the tree itself. */
function findBelow(repository: MemoryRepository, root: StoredTree, path: string): StoredObject | null {
  let object: StoredObject | null = root;
  for (const name of path.split("/").filter((part, index, parts) => part !== "" || index < parts.length - 1)) {
    if (object?.type !== "tree") return null;
    const entry = object.byName.get(name);
    object = entry === undefined ? null : readStored(repository, entry.oid);
  }
  // A path that ends like a folder names no file.
  return path.endsWith("/") && object?.type !== "tree" ? null : object;
}

/** Whether `ancestor` is in the history of `descendant`. Both by id, wherever they lie. */
export function descendsFrom(repository: MemoryRepository, descendant: string, ancestor: string): boolean {
  if (descendant === ancestor) return true;
  const { store } = repository;
  const goal = commitOf(store, ancestor);
  if (goal === null) return false;
  const seen = new Set<string>();
  const left = [descendant];
  for (let oid = left.pop(); oid !== undefined; oid = left.pop()) {
    if (oid === ancestor) return true;
    if (seen.has(oid)) continue;
    seen.add(oid);
    const commit = commitOf(store, oid);
    // Whoever is not higher than the goal can't come after it.
    if (commit !== null && commit.generation > goal.generation) left.push(...commit.commit.parents);
  }
  return false;
}
