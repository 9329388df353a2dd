/**
 * The git door in memory, for simulated worlds: the same ids, the same answers, no process and no disk. Objects, refs and
 * files last in `MemoryRepository` and `MemoryDisk`; a door is one process's view of them and may end at any step. What it
 * does not know of (renames in merges, shallow and partial clones, refs in other formats) it refuses or leaves out, and
 * the files that do so say it.
 */

import { normalizeKey } from "../../../src/doors/git/refs/config.ts";
import {
  type FetchResult,
  type Git,
  GitError,
  type Identity,
  type PushResult,
  type RefUpdate,
} from "../../../src/doors/git.ts";
import { listCheckouts, moveForward, snapshotFiles } from "./checkout.ts";
import type { MemoryDisk } from "./disk.ts";
import { findMergeBases, listFirstParents, listNewObjects, nodeOf, writeCommit } from "./history.ts";
import { mergeCommits } from "./merge-trees.ts";
import { descendsFrom, findCommit, findObject, findTree } from "./names.ts";
import { printPatch } from "./patch.ts";
import { listRefs, updateRefs } from "./refs.ts";
import { checkPush, demandSent, fetchRefs, receivePush, showRefs, takeRef, trackPush } from "./remote.ts";
import { hasObject, type MemoryRepository, writersOf } from "./repository.ts";
import { bytesOf } from "./store.ts";
import { codeTreeOf, compareTrees, editTree, printChange, writeLevel } from "./trees.ts";

/**
 * How a call to a remote ends. `lost`: the request never arrived. `unanswered`: it was applied and the answer was lost.
 * `late`: it is applied after the caller has gone on without an answer. `stale`: a listing or a fetch sees the remote as it
 * was before the last push that moved it, as a mirror would give. `refuse`: the server says no, in these words.
 */
export type RemoteFate = "answered" | "lost" | "unanswered" | "late" | "stale" | { refuse: string };

/** The world around one process. */
export interface Outside {
  /** Awaited before each call of the door that acts or reads; it may never resolve, or throw, and then nothing was done. */
  step(call: string): Promise<void>;
  /** Asked once for each call to a remote that can be reached. */
  remote(call: "listRemote" | "fetch" | "push"): Promise<RemoteFate>;
  /** Takes a push that is to be applied later. Without it, it is applied after the next call to that remote has ended. */
  later?(apply: () => void): void;
}

export interface MemoryGitOptions {
  disk: MemoryDisk;
  gitDir: string;
  /** Remotes by address or path; a name is looked up in the repository's settings first. */
  network: ReadonlyMap<string, MemoryRepository>;
  outside: Outside;
  /** The person of this machine. */
  identity: Identity | null;
  /** Text of a file of the program's own, such as a list of paths to leave out; null when it is not there. */
  readText?(path: string): string | null;
}

/** Opens a repository of the disk. Throws when there is none. */
export function openMemoryGit(options: MemoryGitOptions): Git {
  const { disk, gitDir, outside } = options;
  const repository = disk.repositories.get(gitDir);
  if (repository === undefined) throw new Error(`${gitDir} is not in a git repository`);
  const { store } = repository;
  const door = makeCalls(outside);
  const { call } = door;
  const demandTree = (rev: string): string => {
    const tree = findTree(repository, rev);
    if (tree === null) throw new GitError(["diff-tree", rev], 128, `fatal: bad object ${rev}`);
    return tree.oid;
  };
  return {
    gitDir,
    isBare: repository.isBare,
    isShallow: false,
    isPartial: false,
    brokenRefs: [],
    listRefs: (prefixes) => call("listRefs", () => listRefs(repository, prefixes)),
    readHead: () => call("readHead", () => repository.head),
    // Nothing in a world changes a setting between two calls: no choice is worth its time here.
    readConfig: async (key) => repository.config.get(normalizeKey(key)) ?? null,
    writeConfig: (key, value) => call("writeConfig", () => void repository.config.set(normalizeKey(key), value)),
    readIdentity: () => call("readIdentity", () => options.identity),
    readObject: (spec) =>
      call("readObject", () => {
        const object = findObject(repository, checkSpec(spec));
        return object === null ? null : { oid: object.oid, type: object.type, bytes: bytesOf(object) };
      }),
    readBlobNow(oid) {
      const object = findObject(repository, checkSpec(oid));
      if (object?.type !== "blob") throw new GitError(["cat-file", "blob", oid], 128, `fatal: bad file ${oid}`);
      return bytesOf(object);
    },
    readTree: (oid) => call("readTree", () => findTree(repository, checkSpec(oid))?.entries ?? null),
    readCommit: (oid) => call("readCommit", () => findCommit(repository, checkSpec(oid))?.commit ?? null),
    resolve: (rev) => call("resolve", () => findObject(repository, checkSpec(rev))?.oid ?? null),
    writeBlob: (bytes) => call("writeBlob", () => writersOf(repository).blob(asBuffer(bytes))),
    writeTree: (entries) => call("writeTree", () => writeLevel(repository, entries)),
    writeFiles: (tree, changes) => call("writeFiles", () => editTree(repository, tree, changes)),
    codeTree: (rev, folders) =>
      call("codeTree", () => {
        const tree = findTree(repository, checkSpec(rev));
        if (tree === null) throw new Error(`no tree at ${rev}`);
        return codeTreeOf(store, tree.oid, folders);
      }),
    writeCommit: (commit) => call("writeCommit", () => writeCommit(repository, commit)),
    writeChain: (tip, commits) =>
      call("writeChain", () => {
        const oids: string[] = [];
        for (const commit of commits) {
          const parent = oids.at(-1) ?? tip;
          oids.push(writeCommit(repository, { ...commit, parents: parent === null ? [] : [parent] }));
        }
        return oids;
      }),
    updateRefs: (updates) => call("updateRefs", () => updateRefs(repository, updates)),
    listCommits: (tip, exclude, limit) => call("listCommits", () => listFirstParents(repository, tip, exclude, limit)),
    isAncestor: (ancestor, descendant) => call("isAncestor", () => isAncestor(repository, ancestor, descendant)),
    mergeBase: (a, b) => call("mergeBase", () => mergeBase(repository, a, b)),
    mergeTree: (ours, theirs) => call("mergeTree", () => mergeCommits(repository, ours, theirs)),
    mergeTrees: (pairs) =>
      call("mergeTrees", () => pairs.map(([ours, theirs]) => mergeCommits(repository, ours, theirs))),
    listNewObjects: (tips, known) => call("listNewObjects", () => listNewObjects(repository, tips, known)),
    changedPaths: (from, to, path) =>
      call("changedPaths", () => compareTrees(store, demandTree(from), demandTree(to), path).map(printChange)),
    diff: (from, to, maxBytes) =>
      call("diff", () => cutText(printPatch(store, demandTree(from), demandTree(to)), maxBytes)),
    ...makeRemoteCalls(repository, options, door),
    importRef: (path, ref, into) => call("importRef", () => takeRef(disk, repository, { path, ref, into })),
    snapshotFolder: (folder, base, { excludeFile }) =>
      call("snapshotFolder", () => {
        const exclude = excludeFile === null ? "" : (options.readText?.(excludeFile) ?? "");
        return snapshotFiles(repository, disk.folders.get(folder), base, exclude);
      }),
    // What runs left is not cleaned in memory.
    listUnsaved: () => call("listUnsaved", () => ({ files: [], repositories: [], isWhole: false })),
    listWorktrees: () => call("listWorktrees", () => listCheckouts(disk, repository)),
    fastForward: (worktree, commit) => call("fastForward", () => moveForward(disk, repository, worktree, commit)),
    get processCount() {
      return door.count;
    },
    close() {},
  };
}

interface Calls {
  /** Calls so far. */
  readonly count: number;
  /** One call: the world goes on first, then the work is done in one go. */
  call<Answer>(name: string, work: () => Answer): Promise<Answer>;
}

function makeCalls(outside: Outside): Calls {
  let count = 0;
  return {
    get count() {
      return count;
    },
    async call(name, work) {
      await outside.step(name);
      count += 1;
      return work();
    },
  };
}

function checkSpec(spec: string): string {
  if (spec === "" || /[\n\0]/.test(spec)) throw new Error("not an object name: empty, or has a line end");
  return spec;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function cutText(bytes: Buffer, maxBytes: number): string {
  return new TextDecoder("utf-8").decode(bytes.subarray(0, maxBytes), { stream: true });
}

function isAncestor(repository: MemoryRepository, ancestor: string, descendant: string): boolean {
  if (ancestor === descendant) return true;
  const [above, below] = [findCommit(repository, ancestor), findCommit(repository, descendant)];
  if (below === null) throw new GitError(["merge-base"], 128, `fatal: Not a valid commit name ${descendant}`);
  return above !== null && descendsFrom(repository, below.oid, above.oid);
}

function mergeBase(repository: MemoryRepository, a: string, b: string): string | null {
  const [left, right] = [findCommit(repository, a), findCommit(repository, b)];
  if (left === null || right === null) throw new GitError(["merge-base", a, b], 128, "fatal: Not a valid object name");
  const { store } = repository;
  return findMergeBases(nodeOf(store, left.oid), nodeOf(store, right.oid))[0]?.oid ?? null;
}

type RemoteCalls = Pick<Git, "listRemote" | "fetch" | "push">;

const SILENCE = "fatal: the remote end hung up unexpectedly";

function makeRemoteCalls(here: MemoryRepository, options: MemoryGitOptions, { call }: Calls): RemoteCalls {
  const { network, outside } = options;
  const find = (remote: string): MemoryRepository | undefined =>
    network.get(here.config.get(`remote.${remote}.url`) ?? remote);
  const absent = (remote: string): string => `fatal: '${remote}' does not appear to be a git repository`;
  return {
    async listRemote(remote, patterns) {
      await call("listRemote", () => {});
      const there = find(remote);
      const fate = there === undefined ? "lost" : await outside.remote("listRemote");
      if (there === undefined) return { unreachable: absent(remote) };
      const unread = whyUnread(fate);
      const answer = showRefs(there, seenRefs(there, fate), patterns);
      arrive(there);
      return unread === null ? answer : { unreachable: unread };
    },
    async fetch(remote, refspecs, { prune = false } = {}): Promise<FetchResult> {
      await call("fetch", () => {});
      if (refspecs.length === 0) return { kind: "ok", rejected: [], missing: [] };
      const there = find(remote);
      const fate = there === undefined ? "lost" : await outside.remote("fetch");
      if (there === undefined) return { kind: "unreachable", reason: absent(remote) };
      const unread = whyUnread(fate);
      const refs = seenRefs(there, fate);
      const answer: FetchResult =
        unread === null ? fetchRefs(here, there, { refspecs, refs, prune }) : { kind: "unreachable", reason: unread };
      arrive(there);
      return answer;
    },
    async push(remote, updates): Promise<PushResult> {
      await call("push", () => {});
      if (updates.length === 0) return { kind: "won" };
      const refused = checkPush(here, updates);
      if (refused !== null) return refused;
      const there = find(remote);
      const fate = there === undefined ? "lost" : await outside.remote("push");
      if (there === undefined) return { kind: "unknown", reason: absent(remote) };
      demandSent(here, there, updates);
      const answer = sendPush({ here, there, updates, fate }, outside);
      if (answer.kind === "won") trackPush(here, remote, updates);
      return answer;
    },
  };
}

/** Why a read brought nothing, null when it was answered. */
function whyUnread(fate: RemoteFate): string | null {
  if (typeof fate === "object") return fate.refuse;
  return fate === "answered" || fate === "stale" ? null : SILENCE;
}

function seenRefs(remote: MemoryRepository, fate: RemoteFate): ReadonlyMap<string, string> {
  return fate === "stale" ? (remote.earlier ?? remote.refs) : remote.refs;
}

interface Sending {
  here: MemoryRepository;
  there: MemoryRepository;
  updates: readonly RefUpdate[];
  fate: RemoteFate;
}

function sendPush({ here, there, updates, fate }: Sending, outside: Outside): PushResult {
  if (typeof fate === "object") return { kind: "refused", ref: updates[0]?.name ?? "", reason: fate.refuse };
  const silent: PushResult = { kind: "unknown", reason: SILENCE };
  if (fate === "late") {
    for (const { new: next } of updates) if (next !== null && !hasObject(here, next)) return silent;
    const apply = () => void receivePush(here, there, updates);
    arrive(there);
    if (outside.later === undefined) there.underway.push(apply);
    else outside.later(apply);
    return silent;
  }
  const answer = fate === "lost" ? silent : receivePush(here, there, updates);
  arrive(there);
  return fate === "unanswered" ? silent : answer;
}

/** Applies what was on its way. */
function arrive(remote: MemoryRepository): void {
  for (const apply of remote.underway.splice(0)) apply();
}
