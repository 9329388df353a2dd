/** The repositories that a world begins with. */

import { addCheckout, type MemoryDisk, makeDisk } from "../git/disk.ts";
import { writeCommit } from "../git/history.ts";
import { copyObjects, type MemoryRepository, makeRepository, type ObjectStore, writersOf } from "../git/repository.ts";
import { editTree } from "../git/trees.ts";
import { BEGINNING } from "./host.ts";
import { WatchedRefs } from "./journal.ts";

export interface Seeded {
  store: ObjectStore;
  files: Readonly<Record<string, string>>;
}

const PERSON = { name: "Author", email: "author@example.com" };

export function makeRemoteRepository(seeded: Seeded): MemoryRepository {
  const remote = watched(seeded.store, { gitDir: "/remote.git", bare: true });
  remote.refs.set("refs/heads/main", writeFirst(remote, seeded.files));
  return remote;
}

/** A checkout of its own, or a clone of the remote. */
export function makeLocalRepository(
  seeded: Seeded,
  host: string,
  remote: MemoryRepository | null,
): { disk: MemoryDisk; repository: MemoryRepository; checkout: string } {
  const disk = makeDisk();
  const checkout = `/${host}/project`;
  const repository = watched(seeded.store, { gitDir: `${checkout}/.git`, bare: false });
  disk.repositories.set(repository.gitDir, repository);
  if (remote === null) repository.refs.set("refs/heads/main", writeFirst(repository, seeded.files));
  else {
    const tip = remote.refs.get("refs/heads/main") ?? "";
    copyObjects(remote, repository, [tip]);
    repository.refs.set("refs/heads/main", tip);
    repository.refs.set("refs/remotes/origin/main", tip);
    repository.config.set("remote.origin.url", remote.gitDir);
  }
  addCheckout(disk, repository, { path: checkout });
  return { disk, repository, checkout };
}

function watched(store: ObjectStore, options: { gitDir: string; bare: boolean }): MemoryRepository {
  return { ...makeRepository(store, options), refs: new WatchedRefs() };
}

function writeFirst(repository: MemoryRepository, files: Seeded["files"]): string {
  const write = writersOf(repository);
  const blobs = Object.entries(files).map(
    ([path, text]) => [path, { mode: "100644", oid: write.blob(Buffer.from(text)) }] as const,
  );
  const tree = editTree(repository, write.tree([]), new Map(blobs));
  return writeCommit(repository, {
    tree,
    parents: [],
    message: "first\n",
    author: PERSON,
    committer: PERSON,
    at: BEGINNING,
  });
}
