/** Git's own object formats as bytes. */

import { createHash } from "node:crypto";
import type { Identity, RawCommit, TreeEntry } from "../../git.ts";

const NUL = 0;
const SPACE = 0x20;

/** Entries of a raw tree object, in git's order. */
export function parseTree(bytes: Buffer, oidLength: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  const idBytes = oidLength / 2;
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(SPACE, at);
    const end = bytes.indexOf(NUL, space);
    if (space < 0 || end < 0) throw new Error("a tree object is cut off");
    const mode = bytes.toString("latin1", at, space).padStart(6, "0");
    const oid = bytes.toString("hex", end + 1, end + 1 + idBytes);
    entries.push({ mode, type: typeOfMode(mode), oid, name: bytes.toString("utf8", space + 1, end) });
    at = end + 1 + idBytes;
  }
  return entries;
}

/** What kind of object a tree entry of this mode names. */
export function typeOfMode(mode: string): TreeEntry["type"] {
  if (mode === "040000" || mode === "40000") return "tree";
  return mode === "160000" ? "commit" : "blob";
}

/** The bytes of a tree object: entries in the order that git wants, whatever order they come in. */
export function printTree(entries: readonly TreeEntry[]): Buffer {
  const keyed = entries.map((entry) => ({
    entry,
    key: Buffer.from(entry.type === "tree" ? `${entry.name}/` : entry.name),
  }));
  keyed.sort((a, b) => Buffer.compare(a.key, b.key));
  const parts = keyed.flatMap(({ entry }) => [
    Buffer.from(`${entry.mode.replace(/^0+/, "")} ${entry.name}\0`),
    Buffer.from(entry.oid, "hex"),
  ]);
  return Buffer.concat(parts);
}

/** The id that git gives an object; sha1 or sha256 by the length of the repository's ids. */
export function hashObject(type: string, bytes: Uint8Array, oidLength: number): string {
  const hash = createHash(oidLength === 64 ? "sha256" : "sha1");
  return hash.update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
}

/** A commit object in its parts. The message is everything after the first empty line, byte for byte. */
export function parseCommit(oid: string, bytes: Buffer): RawCommit {
  const split = bytes.indexOf("\n\n");
  const header = bytes.toString("utf8", 0, split < 0 ? bytes.length : split);
  const message = split < 0 ? "" : bytes.toString("utf8", split + 2);
  const parents: string[] = [];
  let tree = "";
  let author = NOBODY;
  let committer = NOBODY;
  for (const line of header.split("\n")) {
    if (line.startsWith("tree ")) tree ||= line.slice(5);
    else if (line.startsWith("parent ")) parents.push(line.slice(7));
    else if (line.startsWith("author ")) author = parseSignature(line.slice(7));
    else if (line.startsWith("committer ")) committer = parseSignature(line.slice(10));
  }
  return { oid, tree, parents, author: author.who, committer: committer.who, at: committer.at, message };
}

const NOBODY: Signature = { who: { name: "", email: "" }, at: 0 };

interface Signature {
  who: Identity;
  at: number;
}

function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d+))?/.exec(text);
  if (!match) return NOBODY;
  return { who: { name: match[1] ?? "", email: match[2] ?? "" }, at: Number(match[3] ?? 0) * 1000 };
}
