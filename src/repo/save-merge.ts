/**
 * Three-way merging of files by git's own merge, with any tree as the base. `merge-tree` takes its base from history (an
 * explicit one needs git 2.40), so each side is put on a throw-away commit whose parent is the base: no ref names them
 * and gc takes them away.
 */

import type { Git, Identity } from "../doors/git.ts";
import type { FileChanges, FileVersion } from "../doors/person.ts";
import { type Hunk, hasLines, locateHunks, readHunks, takeMine } from "./save-hunks.ts";

/** One place where two people changed the same lines, or one file that both changed as a whole. */
export interface SaveConflict {
  path: string;
  /** Line of the person's file, counted from 1; null when the file as a whole is in conflict. */
  line: number | null;
  mine: readonly string[];
  theirs: readonly string[];
  message: string;
}

export type Merged = { kind: "clean"; tree: string } | { kind: "conflict"; conflicts: readonly SaveConflict[] };

export interface Sides {
  /** Trees. */
  base: string;
  mine: string;
  theirs: string;
  /** What the person saved there before: lines of it give way to their newer ones. */
  earlier?: FileChanges | null;
}

const NOBODY: Identity = { name: "git-mission", email: "merge@git-mission.invalid" };

/** Merges two trees that come from `base`. Lines that only one side changed are taken from it, byte for byte. */
export async function mergeTrees(git: Git, sides: Sides): Promise<Merged> {
  const { base, mine, theirs, earlier } = sides;
  if (mine === base || mine === theirs) return { kind: "clean", tree: theirs };
  if (theirs === base) return { kind: "clean", tree: mine };
  const root = await throwAway(git, base, []);
  const merged = await git.mergeTree(await throwAway(git, mine, [root]), await throwAway(git, theirs, [root]));
  if (merged.kind === "clean") return merged;
  if (merged.kind === "unrelated") throw new Error("commits with one parent can't be unrelated");
  const files = await Promise.all(merged.paths.map((path) => readSides(git, path, merged.tree, sides)));
  const settled = new Map<string, FileVersion>();
  for (const file of files) {
    const version = await settleOwn(git, file, earlier?.get(file.path) ?? null);
    if (version) settled.set(file.path, version);
  }
  if (settled.size === files.length) return { kind: "clean", tree: await git.writeFiles(merged.tree, settled) };
  return { kind: "conflict", conflicts: files.filter(({ path }) => !settled.has(path)).flatMap(explain) };
}

function throwAway(git: Git, tree: string, parents: readonly string[]): Promise<string> {
  return git.writeCommit({ tree, parents, message: "merge\n", author: NOBODY, committer: NOBODY, at: 0 });
}

/** A file in conflict. Texts are latin1: one character a byte. */
interface Conflicted {
  path: string;
  mode: string;
  merged: string;
  base: string | null;
  mine: string | null;
  theirs: string | null;
}

async function readSides(git: Git, path: string, merged: string, { base, mine, theirs }: Sides): Promise<Conflicted> {
  const [result, ...sides] = await Promise.all([merged, base, mine, theirs].map((tree) => readFile(git, tree, path)));
  const [from, own, other] = sides.map((side) => side?.text ?? null);
  const mode = sides[1]?.mode ?? "100644";
  return { path, mode, merged: result?.text ?? "", base: from ?? null, mine: own ?? null, theirs: other ?? null };
}

async function readFile(git: Git, tree: string, path: string): Promise<{ mode: string; text: string } | null> {
  const [change] = await git.changedPaths(await git.writeTree([]), tree, path);
  const object = change ? await git.readObject(change.oid) : null;
  return change && object?.type === "blob" ? { mode: change.mode, text: object.bytes.toString("latin1") } : null;
}

/**
 * Where what stands against the person's lines is what they saved before, their newer lines hold; nothing else gives way.
 * A copy that lacks other lines of that save was put back to what git has: what is new in it was written without them.
 */
async function settleOwn(git: Git, file: Conflicted, earlier: FileVersion | null): Promise<FileVersion | null> {
  const object = earlier === null ? null : await git.readObject(earlier.oid);
  const hunks = readHunks(file.merged);
  if (object === null || file.mine === null || file.theirs === null || hunks.length === 0) return null;
  const before = object.bytes.toString("latin1");
  const present = new Set([
    ...file.mine.split("\n"),
    ...(file.base ?? "").split("\n"),
    ...hunks.flatMap((hunk) => hunk.theirs),
  ]);
  if (!before.split("\n").every((line) => present.has(line))) return null;
  const text = takeMine(file.merged, ({ theirs }: Hunk) => hasLines(before, theirs));
  return text === null ? null : { mode: file.mode, oid: await git.writeBlob(Buffer.from(text, "latin1")) };
}

function explain({ path, merged, mine, theirs }: Conflicted): SaveConflict[] {
  const whole = { path, line: null, mine: [], theirs: [] };
  if (mine === null) return [{ ...whole, message: "you deleted or renamed it, and it was changed there" }];
  if (theirs === null) return [{ ...whole, message: "you changed it, and it was deleted or renamed there" }];
  const hunks = readHunks(merged);
  if (hunks.length === 0) return [{ ...whole, message: "both changed it" }];
  const lines = locateHunks(hunks, mine);
  return hunks.map((hunk, index) => ({
    path,
    line: lines[index] ?? null,
    mine: hunk.mine.map(decode),
    theirs: hunk.theirs.map(decode),
    message: "both changed these lines",
  }));
}

function decode(line: string): string {
  return Buffer.from(line, "latin1").toString("utf8");
}
