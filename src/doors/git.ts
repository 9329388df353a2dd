/**
 * The door to git, by plumbing commands on the hot path. It is bound to one repository by its common git directory and
 * never runs git inside a worker's folder. Methods throw `GitError` when git itself fails; a lost swap, a refused push or a
 * conflict is an answer, not an error.
 */

export interface TreeEntry {
  mode: string;
  type: "blob" | "tree" | "commit";
  oid: string;
  name: string;
}

export interface GitObject {
  oid: string;
  type: "blob" | "tree" | "commit" | "tag";
  bytes: Buffer;
}

/** `old` is the expected value; null stands for "must not exist". `new` null deletes. */
export interface RefUpdate {
  name: string;
  new: string | null;
  old: string | null;
  /** For a push: the ref may be replaced by a commit that does not come after `old`. */
  allowRewind?: boolean;
}

export type SwapResult = { kind: "won" } | { kind: "lost"; ref: string; reason: string };

/**
 * `lost`: a lease did not hold (stale info, fetch first), nothing moved. `refused`: the server said no for another reason
 * (hook, protection, namespace, denyCurrentBranch), nothing moved. `unknown`: no answer arrived; it may have been applied.
 */
export type PushResult =
  | { kind: "won" }
  | { kind: "lost"; ref: string; reason: string }
  | { kind: "refused"; ref: string; reason: string }
  /** `late`: nobody waited for the end of it, and it may yet be applied. */
  | { kind: "unknown"; reason: string; late?: true };

export interface Identity {
  name: string;
  email: string;
}

export interface NewCommit {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Identity;
  committer: Identity;
  /** Milliseconds; git keeps seconds. */
  at: number;
}

export interface RawCommit {
  oid: string;
  tree: string;
  parents: readonly string[];
  author: Identity;
  committer: Identity;
  /** Committer date, milliseconds. */
  at: number;
  message: string;
}

export type MergeTreeResult =
  | { kind: "clean"; tree: string }
  | { kind: "conflict"; tree: string; paths: readonly string[] }
  | { kind: "unrelated" };

/** `missing`: names that the remote does not have, of refspecs without a `*`. `rejected`: full names of refs here. */
export type FetchResult =
  | { kind: "ok"; rejected: readonly string[]; missing: readonly string[] }
  | { kind: "unreachable"; reason: string };

/** A deleted path has the mode and id that it had. */
export interface ChangedPath {
  status: "A" | "M" | "D" | "T";
  path: string;
  mode: string;
  oid: string;
}

export interface NewObject {
  oid: string;
  path: string;
}

export interface Worktree {
  path: string;
  /** Its private git directory. */
  gitDir: string;
  /** Full ref name that HEAD points at; null when detached. */
  head: string | null;
  /** Branches that a rebase or bisect in progress will move: full ref names. */
  busyBranches: readonly string[];
  /** `rebase`, `merge`, `cherry-pick`, `revert`, `bisect`, `am`; null when nothing is in progress. */
  inProgress: string | null;
  /** index.lock is held. */
  locked: boolean;
  /** A commit message seems to be open in an editor. */
  committing: boolean;
}

export interface Git {
  /** Common git directory, absolute. */
  readonly gitDir: string;
  readonly isBare: boolean;
  readonly isShallow: boolean;
  readonly isPartial: boolean;
  /** Refs that the last `listRefs` passed over since their file is empty or torn. */
  readonly brokenRefs: readonly string[];

  /** Refs below the given full prefixes or equal to them, by name. One process. */
  listRefs(prefixes: readonly string[]): Promise<Map<string, string>>;
  /** Full ref name that HEAD of the main worktree points at, null when detached. */
  readHead(): Promise<string | null>;
  /** The last value. Keys below `mission.` are read from the repository's own file, without a process. */
  readConfig(key: string): Promise<string | null>;
  writeConfig(key: string, value: string): Promise<void>;
  /** The person's identity, null when git has none. */
  readIdentity(): Promise<Identity | null>;

  /** One object by id or `rev:path`, null when missing. Served by one long-lived process. */
  readObject(spec: string): Promise<GitObject | null>;
  /** The bytes of a blob by id, at once and by a process of its own. Throws `GitError` when it is missing. */
  readBlobNow(oid: string): Uint8Array;
  /** Entries of a tree (one level) by tree id or commit id, null when missing. */
  readTree(oid: string): Promise<readonly TreeEntry[] | null>;
  readCommit(oid: string): Promise<RawCommit | null>;
  resolve(rev: string): Promise<string | null>;

  writeBlob(bytes: Uint8Array): Promise<string>;
  /** Writes one level and answers its id; an empty list is the empty tree. */
  writeTree(entries: readonly TreeEntry[]): Promise<string>;
  /** The tree with paths replaced, or taken away by null; a folder that this empties goes too. Reads and writes only the folders on the way. */
  writeFiles(tree: string, changes: ReadonlyMap<string, { mode: string; oid: string } | null>): Promise<string>;
  /** Id of the tree without some folders such as `todo/missions`; nothing is written, so it may name no object. */
  codeTree(commitOrTree: string, folders: readonly string[]): Promise<string>;
  writeCommit(commit: NewCommit): Promise<string>;
  /** Commits one after the other, each with the one before it as its only parent; the first stands on `tip`. */
  writeChain(tip: string | null, commits: readonly Omit<NewCommit, "parents">[]): Promise<readonly string[]>;

  /** All or nothing. */
  updateRefs(updates: readonly RefUpdate[]): Promise<SwapResult>;
  /** Commits of `tip` that are not in `exclude`, oldest first, first parents only. One process. */
  listCommits(tip: string, exclude: string | null, limit?: number): Promise<readonly RawCommit[]>;
  isAncestor(ancestor: string, descendant: string): Promise<boolean>;
  mergeBase(a: string, b: string): Promise<string | null>;
  mergeTree(ours: string, theirs: string): Promise<MergeTreeResult>;
  /** The same for many pairs, in one process. */
  mergeTrees(pairs: readonly (readonly [ours: string, theirs: string])[]): Promise<readonly MergeTreeResult[]>;
  /**
   * Commits, trees and files that the histories of `tips` have and those of `known` don't. `path`: one of its places; of a
   * commit it is empty.
   */
  listNewObjects(tips: readonly string[], known: readonly string[]): Promise<readonly NewObject[]>;
  /** Differences between two trees or commits, without rename detection; below `path` when given. */
  changedPaths(from: string, to: string, path?: string): Promise<readonly ChangedPath[]>;
  /** Text of `git diff from to`, cut at the given number of bytes. */
  diff(from: string, to: string, maxBytes: number): Promise<string>;

  /** Refs of the remote and what its HEAD points at; null when it can't be reached (`reason` says why). */
  listRemote(
    remote: string,
    patterns: readonly string[],
  ): Promise<{ refs: Map<string, string>; head: string | null } | { unreachable: string }>;
  /** Refspecs as git takes them. `rejected` lists refs that were not fast-forward. */
  fetch(remote: string, refspecs: readonly string[], options?: { prune?: boolean }): Promise<FetchResult>;
  /** `--atomic` with an explicit lease for each ref. */
  push(remote: string, updates: readonly RefUpdate[]): Promise<PushResult>;

  /**
   * Imports `ref` of another repository, or the commit of that id, with object checks into a ref here, forced. Answers the
   * commit, null when there is no such ref.
   */
  importRef(path: string, ref: string, into: string): Promise<string | null>;
  /**
   * Tree of a folder's files as a commit would take them, by a private index that starts from `base`, in which files that
   * are too large stay as they were.
   */
  snapshotFolder(
    folder: string,
    base: string,
    options: { indexFile: string; excludeFile: string | null; tooLarge?: TooLarge },
  ): Promise<string>;

  /**
   * Files of a folder that a tree which was saved of it does not have and the rules of `base` do not ignore, and
   * repositories inside the folder. Throws when the folder can't be read.
   */
  listUnsaved(folder: string, options: UnsavedOptions): Promise<Unsaved>;

  listWorktrees(): Promise<readonly Worktree[]>;
  /** Moves a checkout forward without hooks. `refused` carries git's words on what is in the way. */
  fastForward(worktree: string, commit: string): Promise<{ kind: "done" } | { kind: "refused"; reason: string }>;

  /** Number of git processes started so far. */
  readonly processCount: number;
  close(): void;
}

export interface UnsavedOptions {
  /** Tree, or commit of it, that holds what was saved. */
  saved: string;
  /** Commit whose `.gitignore` files count. */
  base: string;
  excludeFile: string | null;
  /** Folders, and files that were not saved, that are walked at most. */
  most: number;
}

/** Paths from the folder. */
export interface Unsaved {
  files: readonly string[];
  repositories: readonly string[];
  /** False: there is more in the folder than was walked. */
  isWhole: boolean;
}

export interface TooLarge {
  bytes: number;
  tell(path: string): void;
}

/** Git failed in a way that no caller plans for. */
export class GitError extends Error {
  readonly args: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;
  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(" ")} ended with ${exitCode ?? "a signal"}: ${stderr.trim().slice(0, 2000)}`);
    this.name = "GitError";
    this.args = args;
    this.exitCode = exitCode;
    this.stderr = stderr;
  }

  /** The machine failed git: no room, a broken or read-only disk, no files or memory left. The same call may well succeed later. */
  get isOfMachine(): boolean {
    return MACHINE_WORDS.test(this.stderr);
  }
}

const MACHINE_WORDS =
  /No space left on device|Disk quota exceeded|Input\/output error|Read-only file system|Too many open files|Cannot allocate memory|git can't be started/i;
