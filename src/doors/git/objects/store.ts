/**
 * Writes loose objects without a git process, in the way git does: compressed into a temporary file of the name that
 * `git prune` clears away, hardened, and only then given its name. An object is on disk before its id is told, so nothing
 * that follows, in whatever process, can meet an id without its object; a crash leaves garbage at most.
 */

import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  fsync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, deflate } from "node:zlib";
import { GitError, type GitObject } from "../../git.ts";
import { hashObject } from "./parse.ts";
import type { ObjectReader } from "./reader.ts";

type ObjectType = GitObject["type"];

export interface NewObject {
  type: ObjectType;
  bytes: Uint8Array;
}

export interface ObjectStore {
  /** Answers the id when the object is on disk. */
  write(type: ObjectType, bytes: Uint8Array): Promise<string>;
  /** Several at once, hardened side by side and named in this order: what is named by others comes before them. */
  writeAll(objects: readonly NewObject[]): Promise<readonly string[]>;
  /** Type of an object by its full id, null when it is missing. What was once here is not asked for again. */
  typeOf(oid: string): Promise<ObjectType | null>;
  /** A commit that git has listed, so it is here. */
  noteCommit(oid: string): void;
}

const KEPT = 50_000;
/** Files, of the 1,024 that a process may commonly have open. */
const OPEN_AT_ONCE = 64;
const SHARED_BITS = 0o2020;
const compress = promisify(deflate);
const harden = promisify(fsync);

export function makeObjectStore(gitDir: string, reader: ObjectReader, oidLength: number): ObjectStore {
  const known = new Map<string, ObjectType>();
  const objects = join(gitDir, "objects");

  function note(oid: string, type: ObjectType): void {
    if (known.size >= KEPT) known.clear();
    known.set(oid, type);
  }
  async function writeAll(wanted: readonly NewObject[]): Promise<readonly string[]> {
    const named = wanted.map(({ type, bytes }) => ({ type, bytes, oid: hashObject(type, bytes, oidLength) }));
    const prepared: PromiseSettledResult<Prepared | null>[] = [];
    for (let at = 0; at < named.length; at += OPEN_AT_ONCE) {
      const some = named.slice(at, at + OPEN_AT_ONCE);
      prepared.push(...(await Promise.allSettled(some.map((object) => prepareLoose(objects, object)))));
    }
    try {
      for (const one of prepared) {
        if (one.status === "rejected") throw one.reason;
        one.value?.name();
      }
    } catch (error) {
      for (const one of prepared) if (one.status === "fulfilled") one.value?.drop();
      throw explain(error as NodeJS.ErrnoException);
    }
    for (const { oid, type } of named) note(oid, type);
    return named.map(({ oid }) => oid);
  }
  return {
    async write(type, bytes) {
      const [oid = ""] = await writeAll([{ type, bytes }]);
      return oid;
    },
    writeAll,
    async typeOf(oid) {
      const type = known.get(oid);
      if (type !== undefined) return type;
      if (oid.length !== oidLength || !/^[0-9a-f]+$/.test(oid)) return null;
      const info = await reader.info(oid);
      if (info !== null) note(oid, info.type);
      return info?.type ?? null;
    },
    noteCommit: (oid) => note(oid, "commit"),
  };
}

/** An object in a temporary file, hardened. */
interface Prepared {
  name(): void;
  drop(): void;
}

/** null when the object is there already. */
async function prepareLoose(
  objects: string,
  { type, bytes, oid }: NewObject & { oid: string },
): Promise<Prepared | null> {
  const folder = join(objects, oid.slice(0, 2));
  const file = join(folder, oid.slice(2));
  if (freshen(file)) return null;
  const { mode } = statSync(objects);
  // A repository that several users share has folders that say so, whatever its settings are.
  const isShared = (mode & SHARED_BITS) !== 0;
  if (mkdirSync(folder, { recursive: true }) !== undefined && isShared) chmodSync(folder, mode & 0o7777);
  const plain = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]);
  const packed = await compress(plain, { level: constants.Z_BEST_SPEED });
  const temporary = join(folder, `tmp_obj_${randomBytes(8).toString("hex")}`);
  const drop = () => rmSync(temporary, { force: true });
  try {
    await writeHardened(temporary, packed);
    if (isShared) chmodSync(temporary, mode & 0o444);
  } catch (error) {
    drop();
    throw error;
  }
  return { name: () => renameSync(temporary, file), drop };
}

async function writeHardened(file: string, bytes: Buffer): Promise<void> {
  const handle = openSync(file, "wx", 0o444);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    await harden(handle);
  } finally {
    closeSync(handle);
  }
}

/** An object that is there must look new, else a `git prune` could take it before a ref names it. */
function freshen(file: string): boolean {
  try {
    const now = new Date();
    utimesSync(file, now, now);
    return true;
  } catch {
    // Not there, or another user's: then it is written once more.
    return false;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "Permission denied",
  EIO: "Input/output error",
  EMFILE: "Too many open files",
  ENFILE: "Too many open files in system",
  ENOMEM: "Cannot allocate memory",
  ENOSPC: "No space left on device",
  EPERM: "Operation not permitted",
  EROFS: "Read-only file system",
};
/** Node has no name for it. */
const DISK_QUOTA = -122;

/** The error in git's words, by which callers tell a machine in trouble from everything else. */
function explain(error: NodeJS.ErrnoException): GitError {
  const words = error.errno === DISK_QUOTA ? "Disk quota exceeded" : (WORDS[error.code ?? ""] ?? error.message);
  return new GitError(["hash-object", "-w"], null, `fatal: unable to write an object: ${words}`);
}
