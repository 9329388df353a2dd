/** What one machine's disk holds as far as git is concerned: repositories, and folders of files by path. */

import { type MemoryRepository, makeRepository, type ObjectStore, readStored } from "./repository.ts";
import { treeOf } from "./store.ts";

export interface MemoryDisk {
  /** By git directory. */
  readonly repositories: Map<string, MemoryRepository>;
  /** By path: checkouts of people, workspaces of runs. */
  readonly folders: Map<string, MemoryFolder>;
}

export interface MemoryFile {
  mode: string;
  bytes: Buffer;
}

/** A folder of files, and what git keeps about it when it is a checkout. */
export interface MemoryFolder {
  readonly path: string;
  /** By path below the folder. */
  readonly files: Map<string, MemoryFile>;
  /** The repository that it is a checkout of, by git directory; null when it is none. */
  readonly gitDir: string | null;
  /** A further checkout, with a HEAD of its own. */
  readonly linked: boolean;
  /** Full name of the ref that HEAD points at; null when detached. */
  head: string | null;
  /** Commit of a detached HEAD. */
  detached: string | null;
  /** The tree that the index stands for, by id. */
  index: string;
  /** index.lock is held. */
  locked: boolean;
  /** The editor of `git commit` is open. */
  committing: boolean;
  /** `rebase`, `merge`, `cherry-pick`, `revert`, `bisect`, `am`. */
  inProgress: string | null;
  /** Branches that the end of a rebase will move: full names. */
  busyBranches: string[];
  /** What the person is in the middle of, with all that it takes to end it or to take it back. */
  unfinished: Unfinished | null;
}

/** A merge, revert or rebase that stopped at a conflict. */
export interface Unfinished {
  /** Where HEAD was before. */
  back: { head: string | null; commit: string };
  /** Parents of the commit that ends the step, beside HEAD. */
  parents: readonly string[];
  message: string;
  /** Commits that a rebase has still to take over, oldest first. */
  picks: readonly string[];
}

export function makeDisk(): MemoryDisk {
  return { repositories: new Map(), folders: new Map() };
}

/** A repository on the disk, empty. */
export function addRepository(
  disk: MemoryDisk,
  store: ObjectStore,
  options: { gitDir: string; bare: boolean; borrowsFrom?: MemoryRepository },
): MemoryRepository {
  const repository = makeRepository(store, options);
  disk.repositories.set(options.gitDir, repository);
  return repository;
}

/** A folder that is no checkout. */
export function addFolder(disk: MemoryDisk, path: string): MemoryFolder {
  const folder: MemoryFolder = { ...plainState(path), gitDir: null, linked: false, head: null, detached: null };
  disk.folders.set(path, folder);
  return folder;
}

/**
 * A checkout with the files of its HEAD. The first one of a repository shares the repository's HEAD; one that is `linked`
 * has its own, on `head` (a full name).
 */
export function addCheckout(
  disk: MemoryDisk,
  repository: MemoryRepository,
  options: { path: string; linked?: { head: string } },
): MemoryFolder {
  const state = { ...plainState(options.path), gitDir: repository.gitDir };
  const folder: MemoryFolder =
    options.linked === undefined
      ? withHeadOf(repository, state)
      : { ...state, linked: true, head: options.linked.head, detached: null };
  disk.folders.set(options.path, folder);
  fillFolder(repository, folder);
  return folder;
}

/** Puts the files of the commit of HEAD into the folder and the index; whatever lay there is gone. */
export function fillFolder(repository: MemoryRepository, folder: MemoryFolder): void {
  const commit = folderCommit(repository, folder);
  const object = commit === null ? null : readStored(repository, commit);
  folder.index = object?.type === "commit" ? object.commit.tree : repository.store.emptyTree.oid;
  folder.files.clear();
  for (const [path, file] of listFiles(repository.store, folder.index)) folder.files.set(path, file);
}

/** The commit that a checkout stands on, null before the first one. */
export function folderCommit(repository: MemoryRepository, folder: MemoryFolder): string | null {
  return folder.head === null ? folder.detached : (repository.refs.get(folder.head) ?? null);
}

/** Files of a tree by path; links and submodules are left out of a simulated folder. */
function listFiles(store: ObjectStore, tree: string, prefix = ""): [string, MemoryFile][] {
  return treeOf(store, tree).entries.flatMap(({ mode, oid, type, name }): [string, MemoryFile][] => {
    if (type === "tree") return listFiles(store, oid, `${prefix}${name}/`);
    const object = store.objects.get(oid);
    return object?.type === "blob" ? [[`${prefix}${name}`, { mode, bytes: object.bytes }]] : [];
  });
}

type Plain = Omit<MemoryFolder, "gitDir" | "linked" | "head" | "detached">;

function plainState(path: string): Plain {
  return {
    path,
    files: new Map(),
    index: "",
    locked: false,
    committing: false,
    inProgress: null,
    busyBranches: [],
    unfinished: null,
  };
}

function withHeadOf(repository: MemoryRepository, state: Plain & { gitDir: string }): MemoryFolder {
  return {
    ...state,
    linked: false,
    get head() {
      return repository.head;
    },
    set head(head) {
      repository.head = head;
    },
    get detached() {
      return repository.detached;
    },
    set detached(commit) {
      repository.detached = commit;
    },
  };
}
