/** Files of checkouts and workspaces, as those have them who work there. */

import type { Identity } from "../../../src/doors/git.ts";
import { snapshotFiles } from "../git/checkout.ts";
import { addCheckout, addRepository, fillFolder, type MemoryDisk } from "../git/disk.ts";
import { writeCommit } from "../git/history.ts";
import { headCommit, type MemoryRepository, readStored } from "../git/repository.ts";
import type { Bench } from "./worker-script.ts";

export function hasFile(disk: MemoryDisk, folder: string, path: string): boolean {
  // An empty file says that it is meant not to be there: taking it away would need more words.
  return (disk.folders.get(folder)?.files.get(path)?.bytes.length ?? 0) > 0;
}

export function readFile(disk: MemoryDisk, folder: string, path: string): string | null {
  return disk.folders.get(folder)?.files.get(path)?.bytes.toString("utf8") ?? null;
}

export function writeFile(disk: MemoryDisk, folder: string, path: string, text: string): void {
  disk.folders.get(folder)?.files.set(path, { mode: "100644", bytes: Buffer.from(text) });
}

/** What lies at the place of a workspace. */
export function inspectFolder(disk: MemoryDisk, path: string): "whole" | "no-git" | "gone" {
  if (!disk.folders.has(path)) return "gone";
  return disk.repositories.has(`${path}/.git`) ? "whole" : "no-git";
}

export function removeFolder(disk: MemoryDisk, path: string): void {
  disk.folders.delete(path);
  disk.repositories.delete(`${path}/.git`);
}

/** A private clone that uses the objects of another repository. */
export function makeClone(
  disk: MemoryDisk,
  from: MemoryRepository,
  { path, commit, branch, home }: { path: string; commit: string; branch: string; home: string | null },
): void {
  const clone = addRepository(disk, from.store, { gitDir: `${path}/.git`, bare: false, borrowsFrom: from });
  clone.refs.set(`refs/heads/${branch}`, commit);
  if (home !== null && home !== commit) clone.refs.set("refs/heads/home", home);
  clone.head = `refs/heads/${branch}`;
  addCheckout(disk, clone, { path });
}

export interface BenchOptions {
  identity: Identity;
  now(): number;
  onCommit(oid: string): void;
}

export function openBench(disk: MemoryDisk, path: string, { identity, now, onCommit }: BenchOptions): Bench {
  const repository = () => disk.repositories.get(`${path}/.git`) ?? null;
  return {
    has: (file) => hasFile(disk, path, file),
    read: (file) => readFile(disk, path, file),
    write: (file, text) => writeFile(disk, path, file, text),
    commit(message) {
      const [own, folder] = [repository(), disk.folders.get(path)];
      const head = own === null ? null : headCommit(own);
      if (own === null || folder === undefined || head === null || own.head === null) return null;
      const tree = snapshotFiles(own, folder, head, "");
      const before = readStored(own, head);
      if (before?.type === "commit" && before.commit.tree === tree) return null;
      const oid = writeCommit(own, {
        tree,
        parents: [head],
        message: `${message}\n`,
        author: identity,
        committer: identity,
        at: now(),
      });
      own.refs.set(own.head, oid);
      folder.index = tree;
      onCommit(oid);
      return oid;
    },
    rewind() {
      const [own, folder] = [repository(), disk.folders.get(path)];
      const head = own === null ? null : headCommit(own);
      const object = own === null || head === null ? null : readStored(own, head);
      const parent = object?.type === "commit" ? object.commit.parents[0] : undefined;
      if (own === null || folder === undefined || own.head === null || parent === undefined) return;
      own.refs.set(own.head, parent);
      fillFolder(own, folder);
      // What a worker takes back itself is its own business: from here on this is what it stands by.
      onCommit(parent);
    },
    wreck: () => removeFolder(disk, path),
  };
}
