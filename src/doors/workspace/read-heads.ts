/**
 * What the branches, the stash and HEAD of a workspace's own git directory name. A worker may have written anything there:
 * what exists and can't be read as a plain file of bounded size may name work, so it is never taken for nothing.
 */

import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

export interface Head {
  /** What names it, for people. */
  ref: string;
  oid: string;
}

export type Heads = { kind: "read"; heads: readonly Head[] } | { kind: "none" } | { kind: "damaged"; reason: string };

const MOST_REFS = 1000;
const MOST_BYTES = 16 * 1024 * 1024;
const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** Says what keeps a workspace from being proven kept. */
class Unreadable extends Error {}

export function readHeads(workspace: string): Heads {
  const gitDir = join(workspace, ".git");
  const stat = lstatSync(gitDir, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "none" };
  if (!stat.isDirectory()) return { kind: "damaged", reason: "its .git is no folder" };
  try {
    const refs = readAll(gitDir);
    return { kind: "read", heads: [...refs].map(([ref, oid]) => ({ ref, oid })) };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "damaged", reason: error.message };
    throw error;
  }
}

function readAll(gitDir: string): Map<string, string> {
  if (has(gitDir, "commondir")) throw new Unreadable("its .git leads to another one");
  if (has(gitDir, "reftable")) throw new Unreadable("its refs are in a table that only git reads");
  if (!lstatSync(join(gitDir, "objects"), { throwIfNoEntry: false })?.isDirectory())
    throw new Unreadable("its .git has no objects");
  const refs = new Map([...readPacked(gitDir), ...readLoose(gitDir), ...readStash(gitDir), ...readHead(gitDir)]);
  for (const name of listFolder(gitDir, "worktrees")) {
    const place = join("worktrees", name);
    for (const [ref, oid] of [...readLoose(gitDir, place), ...readHead(gitDir, place)])
      refs.set(`${ref} of its worktree ${name}`, oid);
  }
  if (refs.size > MOST_REFS) throw new Unreadable(`it has more than ${MOST_REFS} refs`);
  const torn = [...refs].find(([, oid]) => !OBJECT_ID.test(oid));
  if (torn) throw unreadable(torn[0]);
  return refs;
}

function readPacked(gitDir: string): [string, string][] {
  return readLines(gitDir, "packed-refs").flatMap((line) => {
    if (/^[#^]/.test(line)) return [];
    const [, oid = "", ref = "packed-refs"] = /^([0-9a-f]+) (refs\/[^ ]+)$/.exec(line) ?? [];
    return [[ref, oid]];
  });
}

/** They win over packed ones. A symbolic one names another that is read by itself. */
function readLoose(gitDir: string, place = ""): Map<string, string> {
  const refs = new Map<string, string>();
  const open = ["refs"];
  for (let folder = open.pop(); folder !== undefined && refs.size <= MOST_REFS; folder = open.pop()) {
    for (const name of listFolder(gitDir, join(place, folder))) {
      const ref = `${folder}/${name}`;
      if (lstatSync(join(gitDir, place, ref), { throwIfNoEntry: false })?.isDirectory()) open.push(ref);
      else if (!name.endsWith(".lock") && refs.size <= MOST_REFS) {
        const text = readPlain(gitDir, join(place, ref))?.trim() ?? "";
        if (!text.startsWith("ref: ")) refs.set(ref, text);
      }
    }
  }
  return refs;
}

/** What HEAD names by itself; nothing where it names a branch, which is read with the others. */
function readHead(gitDir: string, place = ""): [string, string][] {
  const text = readPlain(gitDir, join(place, "HEAD"))?.trim() ?? "";
  return /^ref: refs\/[^ ]+$/.test(text) ? [] : [["HEAD", text]];
}

/** The entries below the newest one: git keeps them in the log of the ref alone. */
function readStash(gitDir: string): [string, string][] {
  const lines = readLines(gitDir, "logs/refs/stash");
  return lines.map((line, index) => [`stash@{${lines.length - 1 - index}}`, line.split(" ")[1] ?? ""]);
}

function readLines(gitDir: string, path: string): string[] {
  return (readPlain(gitDir, path) ?? "").split("\n").filter((line) => line !== "");
}

/** null: there is no such file. A link could lead anywhere, a pipe would never end. */
function readPlain(gitDir: string, path: string): string | null {
  if (!isThere(gitDir, path)) return null;
  let handle: number | null = null;
  try {
    handle = openSync(join(gitDir, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const stat = fstatSync(handle);
    if (!stat.isFile() || stat.size > MOST_BYTES) throw unreadable(path);
    const bytes = Buffer.alloc(stat.size);
    return bytes.toString("latin1", 0, readSync(handle, bytes, 0, stat.size, 0));
  } catch {
    throw unreadable(path);
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

/** Empty: there is no such folder. */
function listFolder(gitDir: string, path: string): string[] {
  if (!isThere(gitDir, path)) return [];
  try {
    if (lstatSync(join(gitDir, path)).isDirectory()) return readdirSync(join(gitDir, path)).sort();
  } catch {
    // Told with what is no folder.
  }
  throw unreadable(path);
}

/** Throws where a folder on the way to it is none: what lies behind a link is not this repository's. */
function isThere(gitDir: string, path: string): boolean {
  const steps = path.split("/");
  for (let depth = 1; depth <= steps.length; depth += 1) {
    const step = steps.slice(0, depth).join("/");
    try {
      const stat = lstatSync(join(gitDir, step), { throwIfNoEntry: false });
      if (stat === undefined) return false;
      if (depth < steps.length && !stat.isDirectory()) throw unreadable(step);
    } catch {
      throw unreadable(step);
    }
  }
  return true;
}

function has(gitDir: string, name: string): boolean {
  return lstatSync(join(gitDir, name), { throwIfNoEntry: false }) !== undefined;
}

function unreadable(name: string): Unreadable {
  return new Unreadable(`its ${name} can't be read`);
}
