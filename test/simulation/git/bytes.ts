/** The bytes of trees and commits, as git encodes them. */

import { GitError, type Identity, type RawCommit, type TreeEntry } from "../../../src/doors/git.ts";

const ID_BYTES = 20;
/** biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for. */
const BEYOND_ASCII = /[^\x00-\x7f]/;

/** Git's order of the entries of a tree: by bytes, a folder as if its name ended with a slash. */
export function byteOrder(a: TreeEntry, b: TreeEntry): number {
  return comparePaths(keyOf(a), keyOf(b));
}

function keyOf(entry: TreeEntry): string {
  return entry.type === "tree" ? `${entry.name}/` : entry.name;
}

/** By the bytes of UTF-8, which differs from the order of UTF-16 beyond the basic plane only. */
export function comparePaths(a: string, b: string): number {
  if (BEYOND_ASCII.test(a) && BEYOND_ASCII.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Entries must be in git's order. */
export function printTree(entries: readonly TreeEntry[]): Buffer {
  let length = 0;
  const heads: string[] = [];
  for (const entry of entries) {
    const head = `${entry.mode.replace(/^0+/, "")} ${entry.name}\0`;
    heads.push(head);
    length += Buffer.byteLength(head) + ID_BYTES;
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const [index, entry] of entries.entries()) {
    at += bytes.write(heads[index] as string, at);
    at += bytes.write(entry.oid, at, "hex");
  }
  return bytes;
}

/** `at` counts milliseconds, of which git keeps the seconds. */
export function printCommit({ tree, parents, author, committer, at, message }: Omit<RawCommit, "oid">): Buffer {
  const date = `${Math.floor(at / 1000)} +0000`;
  let text = `tree ${tree}\n`;
  for (const parent of parents) text += `parent ${parent}\n`;
  text += `author ${author.name} <${author.email}> ${date}\ncommitter ${committer.name} <${committer.email}> ${date}\n`;
  return Buffer.from(`${text}\n${message}`);
}

/** A person as git writes them down: without what could be taken for another part of the line. */
export function tidyIdentity({ name, email }: Identity): Identity {
  const tidy = withoutCrud(name);
  if (tidy === "") throw new GitError(["commit-tree"], 128, `fatal: empty ident name (for <${email}>) not allowed`);
  return { name: tidy, email: withoutCrud(email) };
}

/** biome-ignore lint/suspicious/noControlCharactersInRegex: git takes them away at both ends. */
const CRUD = /^[\x00-\x20.,:;<>"\\']+|[\x00-\x20.,:;<>"\\']+$|[\n<>]/g;

function withoutCrud(text: string): string {
  return text.replace(CRUD, "");
}
