/** The real git: plumbing commands by `node:child_process`, one long-lived reader of objects. See `git.ts` for the contract. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fastForward } from "./git/checkout/fast-forward.ts";
import { snapshotFolder } from "./git/checkout/snapshot.ts";
import { listUnsaved } from "./git/checkout/unsaved.ts";
import { listWorktrees } from "./git/checkout/worktrees.ts";
import { changedPaths, diff, mergeTree, mergeTrees } from "./git/merges.ts";
import { makeCodeTree } from "./git/objects/code-tree.ts";
import { makeCommits } from "./git/objects/commits.ts";
import { listNewObjects } from "./git/objects/new-objects.ts";
import { makeObjectReader } from "./git/objects/reader.ts";
import { makeObjectStore } from "./git/objects/store.ts";
import { emptyTreeId, makeTrees } from "./git/objects/trees.ts";
import { readBlobNow } from "./git/process/read-now.ts";
import { makeRunner } from "./git/process/spawn.ts";
import { makeRefs } from "./git/refs/refs.ts";
import { findRepository, isCheckoutOf } from "./git/refs/repository.ts";
import { makeSettings } from "./git/refs/settings.ts";
import { fetch } from "./git/remote/fetch.ts";
import { importRef } from "./git/remote/import-ref.ts";
import { listRemote } from "./git/remote/list-remote.ts";
import { networkPatience, type Patience } from "./git/remote/patience.ts";
import { push } from "./git/remote/push.ts";
import type { Git } from "./git.ts";

export { findRepository };

export interface OpenOptions {
  /** Where to look for the repository: a folder in it, or its git directory. */
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  now?: () => number;
  /** Where it differs from what the environment says. */
  timeouts?: Partial<Patience>;
}

/** Opens the repository of a folder. Throws with git's own kind of reason when there is none. */
export function openGit(options: OpenOptions): Git {
  const found = findRepository(options.cwd, options.env);
  if (found.kind === "missing") throw new Error(found.reason);
  const { gitDir, isBare } = found;
  const now = options.now ?? Date.now;
  // Only the checkout itself knows of a git directory that lies apart from it.
  const apart = found.worktree !== null && isCheckoutOf(found.worktree, gitDir) ? found.worktree : null;
  const { listMs, transferMs: timeoutMs } = { ...networkPatience(options.env), ...options.timeouts };
  const runner = makeRunner(gitDir, options.env);
  const reader = makeObjectReader(runner);
  const settings = makeSettings(runner);
  const { oidLength } = settings;
  const store = makeObjectStore(gitDir, reader, oidLength);
  const trees = makeTrees(reader, store, oidLength);
  const commits = makeCommits({ runner, reader, store, oidLength });
  const refs = makeRefs(runner, oidLength, now);
  const pushTools = { runner, reader, commits, timeoutMs };
  const readExcludesFile = (): Promise<string | null> => settings.readExcludesFile();
  const snapshotTools = { runner, trees, emptyTree: emptyTreeId(oidLength), readExcludesFile };
  return {
    gitDir,
    isBare,
    get isShallow() {
      return existsSync(join(gitDir, "shallow"));
    },
    get isPartial() {
      return settings.isPartial();
    },
    get brokenRefs() {
      return refs.broken;
    },
    listRefs: refs.list,
    updateRefs: refs.update,
    readHead: settings.readHead,
    readConfig: settings.read,
    writeConfig: settings.write,
    readIdentity: settings.readIdentity,
    readObject: reader.read,
    readBlobNow: (oid) => readBlobNow(runner, oid),
    readTree: trees.read,
    readCommit: commits.read,
    resolve: commits.resolve,
    writeBlob: trees.writeBlob,
    writeTree: trees.write,
    writeFiles: trees.writeFiles,
    codeTree: makeCodeTree(reader, oidLength),
    writeCommit: commits.write,
    writeChain: commits.writeChain,
    listCommits: commits.list,
    isAncestor: commits.isAncestor,
    mergeBase: commits.mergeBase,
    mergeTree: (ours, theirs) => mergeTree(runner, ours, theirs),
    mergeTrees: (pairs) => mergeTrees(runner, pairs),
    listNewObjects: (tips, known) => listNewObjects(runner, tips, known),
    changedPaths: (from, to, path) => changedPaths(runner, from, to, path),
    diff: (from, to, maxBytes) => diff(runner, from, to, maxBytes),
    listRemote: (remote, patterns) => listRemote(runner, remote, patterns, listMs),
    fetch: (remote, refspecs, options) => fetch(runner, remote, refspecs, { ...options, timeoutMs }),
    push: (remote, updates) => push(pushTools, remote, updates),
    importRef: (path, ref, into) => importRef(runner, { path, ref, into, oidLength, timeoutMs }),
    snapshotFolder: (folder, base, snapshot) => snapshotFolder(snapshotTools, folder, base, snapshot),
    listUnsaved: (folder, unsaved) => listUnsaved({ runner, reader, readExcludesFile }, folder, unsaved),
    async listWorktrees() {
      return listWorktrees(gitDir, settings.mainWorktree() ?? apart, now);
    },
    fastForward: (worktree, commit) => fastForward(runner, worktree, commit),
    get processCount() {
      return runner.processCount;
    },
    close: reader.close,
  };
}
