/** Repositories: refs, HEAD, settings, and which objects of the world they have. Objects are durable as soon as written. */

import { comparePaths } from "./bytes.ts";
import { makeStore, type ObjectStore, type StoredObject, storeBlob, storeCommit, storeTree } from "./store.ts";

export type { ObjectStore };
export { makeStore };

export interface MemoryRepository {
  readonly gitDir: string;
  readonly isBare: boolean;
  readonly store: ObjectStore;
  /** Full names to ids. */
  readonly refs: Map<string, string>;
  /** Full name of the ref that HEAD points at, be it there or not; null when detached. */
  head: string | null;
  /** Commit of a detached HEAD. */
  detached: string | null;
  readonly config: Map<string, string>;
  /** Ids of the objects that it has itself. What such an object names is there too, unless somebody took it away. */
  readonly present: Set<string>;
  /** Whose objects it uses beside its own, as a clone that shares them does. */
  readonly borrowsFrom: MemoryRepository | null;
  /** Refs before the last change that came in by a push: what a mirror that lags still shows. */
  earlier: ReadonlyMap<string, string> | null;
  /** Pushes that are on their way and that nobody waits for. */
  readonly underway: (() => void)[];
}

/** An empty repository whose HEAD names the branch `main`. */
export function makeRepository(
  store: ObjectStore,
  options: { gitDir: string; bare: boolean; borrowsFrom?: MemoryRepository },
): MemoryRepository {
  return {
    gitDir: options.gitDir,
    isBare: options.bare,
    store,
    refs: new Map(),
    head: "refs/heads/main",
    detached: null,
    config: new Map(),
    present: new Set(),
    borrowsFrom: options.borrowsFrom ?? null,
    earlier: null,
    underway: [],
  };
}

/** Whether the object can be read here. Git knows the empty tree without having it. */
export function hasObject(repository: MemoryRepository, oid: string): boolean {
  for (let holder: MemoryRepository | null = repository; holder !== null; holder = holder.borrowsFrom) {
    if (holder.present.has(oid)) return true;
  }
  return oid === repository.store.emptyTree.oid;
}

export function readStored(repository: MemoryRepository, oid: string): StoredObject | null {
  return hasObject(repository, oid) ? (repository.store.objects.get(oid) ?? null) : null;
}

/** The commit that HEAD stands on, null on a branch without one. */
export function headCommit(repository: MemoryRepository): string | null {
  return repository.head === null ? repository.detached : (repository.refs.get(repository.head) ?? null);
}

/**
 * Gives `to` everything that the objects name and that it lacks. Answers the id of an object that `from` does not have
 * either, null when all came over. Nothing is kept when one is missing.
 */
export function copyObjects(from: MemoryRepository, to: MemoryRepository, oids: Iterable<string>): string | null {
  const wanted: string[] = [];
  const seen = new Set<string>();
  const want = (oid: string): void => {
    if (seen.has(oid) || hasObject(to, oid)) return;
    seen.add(oid);
    wanted.push(oid);
  };
  for (const oid of oids) want(oid);
  for (let index = 0; index < wanted.length; index += 1) {
    const object = readStored(from, wanted[index] as string);
    if (object === null) return wanted[index] as string;
    for (const oid of namedBy(object)) want(oid);
  }
  for (const oid of wanted) to.present.add(oid);
  return null;
}

/** Ids that an object names; a submodule's commit lies elsewhere. */
function namedBy(object: StoredObject): readonly string[] {
  if (object.type === "commit") return [object.commit.tree, ...object.commit.parents];
  return object.type === "tree" ? object.entries.filter(({ type }) => type !== "commit").map(({ oid }) => oid) : [];
}

/** Takes away what neither a ref nor HEAD reaches, as a collector of garbage does that waits for nothing. */
export function collectGarbage(repository: MemoryRepository, alsoKeep: readonly string[] = []): void {
  const head = headCommit(repository);
  const reached = new Set<string>();
  const left = [...repository.refs.values(), ...alsoKeep, ...(head === null ? [] : [head])];
  for (let oid = left.pop(); oid !== undefined; oid = left.pop()) {
    const object = reached.has(oid) ? null : readStored(repository, oid);
    reached.add(oid);
    if (object !== null) left.push(...namedBy(object));
  }
  for (const oid of repository.present) if (!reached.has(oid)) repository.present.delete(oid);
}

/** Refs as a listing has them: by the bytes of their names. */
export function sortRefs(refs: Iterable<readonly [string, string]>): Map<string, string> {
  return new Map([...refs].sort(([a], [b]) => comparePaths(a, b)));
}

/** Writers of objects of one repository; each answers the id. */
export function writersOf(repository: MemoryRepository): {
  blob(bytes: Buffer): string;
  tree(entries: Parameters<typeof storeTree>[1]): string;
  commit(parts: Parameters<typeof storeCommit>[1]): string;
} {
  const { store, present } = repository;
  const keep = (oid: string): string => {
    present.add(oid);
    return oid;
  };
  return {
    blob: (bytes) => keep(storeBlob(store, bytes).oid),
    tree: (entries) => keep(storeTree(store, entries).oid),
    commit: (parts) => keep(storeCommit(store, parts).oid),
  };
}
