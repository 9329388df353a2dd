/**
 * What a killed git, a full disk or a power cut leaves in a git directory, found by looking at files alone: git itself may
 * not start on it. Only what is told here is touched, and it is set aside, never deleted, but for half-written objects
 * that no name leads to.
 */

import { type Dirent, lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface LockFile {
  /** `ref` for that of a ref, else the file that it locks: `index`, `HEAD`, `config`, `packed-refs`, `shallow`, `gc.pid`. */
  of: string;
  /** Full name of the ref, null for any other lock. */
  ref: string | null;
  path: string;
  /** Milliseconds since it was last written. */
  ageMs: number;
}

export interface TornRef {
  ref: string;
  path: string;
  /** What the file holds instead of an object id. */
  fault: "empty" | "garbage";
}

export interface HalfObject {
  path: string;
  kind: "temporary" | "pack without index" | "index without pack" | "empty object";
  ageMs: number;
}

/** Locks of git on the repository, its checkouts and its refs. */
export function listLocks(gitDir: string, now: number): readonly LockFile[] {
  const places = [gitDir, ...listFolders(join(gitDir, "worktrees"))];
  const own = places.flatMap((place) =>
    listNames(place)
      .filter((name) => name.endsWith(".lock") || name === "gc.pid")
      .map((name) => ({ of: name.replace(/\.lock$/, ""), ref: null, path: join(place, name) })),
  );
  const refs = walk(join(gitDir, "refs"))
    .filter((path) => path.endsWith(".lock"))
    .map((path) => ({ of: "ref", ref: refOf(gitDir, path).replace(/\.lock$/, ""), path }));
  const objects = ["objects/info", "objects/info/commit-graphs", "objects/pack"].flatMap((folder) =>
    listNames(join(gitDir, folder))
      .filter((name) => name.endsWith(".lock"))
      .map((name) => ({ of: name.replace(/\.lock$/, ""), ref: null, path: join(gitDir, folder, name) })),
  );
  return [...own, ...refs, ...objects].flatMap((lock) => withAge(lock, now));
}

/** Loose refs below a full prefix whose file is no ref. A branch whose file is empty hides what it was. */
export function listTornRefs(gitDir: string, prefix = "refs"): readonly TornRef[] {
  return walk(join(gitDir, prefix))
    .filter((path) => !path.endsWith(".lock"))
    .flatMap((path) => {
      const fault = faultOf(readText(path));
      return fault === null ? [] : [{ ref: refOf(gitDir, path), path, fault }];
    });
}

/** Object files that are not whole. git's own temporary ones go with its next collection, if they are not told here. */
export function listHalfObjects(gitDir: string, now: number): readonly HalfObject[] {
  const objects = join(gitDir, "objects");
  const packs = listNames(join(objects, "pack"));
  const temporary = [
    ...listNames(objects)
      .filter((name) => name.startsWith("tmp_objdir-"))
      .map((name) => join(objects, name)),
    ...packs.filter((name) => /^(?:tmp_|\.tmp-)/.test(name)).map((name) => join(objects, "pack", name)),
  ];
  const lonely = packs.flatMap((name) => {
    const [, stem, end] = /^(pack-[0-9a-f]+)\.(pack|idx)$/.exec(name) ?? [];
    if (stem === undefined || packs.includes(`${stem}.${end === "pack" ? "idx" : "pack"}`)) return [];
    const kind = end === "pack" ? ("pack without index" as const) : ("index without pack" as const);
    return [{ kind, path: join(objects, "pack", name) }];
  });
  const loose = listNames(objects)
    .filter((name) => /^[0-9a-f]{2}$/.test(name))
    .flatMap((name) => listNames(join(objects, name)).map((file) => join(objects, name, file)));
  return [
    ...temporary.map((path) => ({ kind: "temporary" as const, path })),
    ...loose.filter((path) => /\/tmp_obj_/.test(path)).map((path) => ({ kind: "temporary" as const, path })),
    ...lonely,
    ...loose.filter((path) => /\/[0-9a-f]{38,62}$/.test(path) && isEmpty(path)).map((path) => emptyObject(path)),
  ].flatMap((half) => withAge(half, now));
}

/** What is wrong with the text of a ref's file; null when nothing is. */
function faultOf(text: string | null): TornRef["fault"] | null {
  if (text === null) return null;
  const line = text.trim();
  if (/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(line) || /^ref: refs\/\S+$/.test(line)) return null;
  return line.replaceAll("\0", "") === "" ? "empty" : "garbage";
}

/** Text of a small plain file, null when it can't be read. */
export function readText(path: string): string | null {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, "latin1") : null;
  } catch {
    return null;
  }
}

export function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

export function listFolders(folder: string): string[] {
  return entries(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}

function walk(folder: string): string[] {
  return entries(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : [];
  });
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function refOf(gitDir: string, path: string): string {
  return path.slice(gitDir.length + 1);
}

function emptyObject(path: string): { kind: "empty object"; path: string } {
  return { kind: "empty object", path };
}

function isEmpty(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.size === 0;
}

/** A folder is as old as the newest of what lies in it. */
function withAge<T extends { path: string }>(found: T, now: number): (T & { ageMs: number })[] {
  const stat = lstatSync(found.path, { throwIfNoEntry: false });
  if (!stat) return [];
  const inside = stat.isDirectory() ? walk(found.path) : [];
  const times = [stat, ...inside.map((path) => lstatSync(path, { throwIfNoEntry: false }))];
  return [{ ...found, ageMs: now - Math.max(...times.map((each) => each?.mtimeMs ?? 0)) }];
}
