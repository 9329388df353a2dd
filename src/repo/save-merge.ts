/**
 * Three-way merging of files by git's own merge, with any tree as the base. `merge-tree` takes its base from history (an
 * explicit one needs git 2.40), so each side is put on a throw-away commit whose parent is the base: no ref names them
 * and gc takes them away.
 */

import type { Git, Identity } from "../doors/git.ts";

export interface FileVersion {
  /** As in a git tree: 100644, 100755, 120000. */
  mode: string;
  oid: string;
}

/** By path from the root of the repository; null stands for a file that is gone. */
export type FileChanges = ReadonlyMap<string, FileVersion | null>;

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

const NOBODY: Identity = { name: "git-mission", email: "merge@git-mission.invalid" };

/** Merges two trees that come from `base`. Lines that only one side changed are taken from it, byte for byte. */
export async function mergeTrees(git: Git, base: string, mine: string, theirs: string): Promise<Merged> {
  if (mine === base || mine === theirs) return { kind: "clean", tree: theirs };
  if (theirs === base) return { kind: "clean", tree: mine };
  const root = await throwAway(git, base, []);
  const [ours, others] = [await throwAway(git, mine, [root]), await throwAway(git, theirs, [root])];
  const merged = await git.mergeTree(ours, others);
  if (merged.kind === "clean") return merged;
  if (merged.kind === "unrelated") throw new Error("commits with one parent can't be unrelated");
  const conflicts = await Promise.all(
    merged.paths.map((path) => explain(git, { path, merged: merged.tree, mine, theirs })),
  );
  return { kind: "conflict", conflicts: conflicts.flat() };
}

function throwAway(git: Git, tree: string, parents: readonly string[]): Promise<string> {
  return git.writeCommit({ tree, parents, message: "merge\n", author: NOBODY, committer: NOBODY, at: 0 });
}

interface Place {
  path: string;
  merged: string;
  mine: string;
  theirs: string;
}

async function explain(git: Git, place: Place): Promise<SaveConflict[]> {
  const [merged, mine, theirs] = await Promise.all(
    [place.merged, place.mine, place.theirs].map((tree) => git.readObject(`${tree}:${place.path}`)),
  );
  const whole = { path: place.path, line: null, mine: [], theirs: [] };
  if (!mine) return [{ ...whole, message: "you deleted or renamed it, and it was changed there" }];
  if (!theirs) return [{ ...whole, message: "you changed it, and it was deleted or renamed there" }];
  const hunks = readHunks(merged?.bytes.toString("utf8") ?? "");
  if (hunks.length === 0) return [{ ...whole, message: "both changed it" }];
  return locate(hunks, mine.bytes.toString("utf8").split("\n")).map((hunk) => ({
    path: place.path,
    ...hunk,
    message: "both changed these lines",
  }));
}

interface Hunk {
  mine: string[];
  theirs: string[];
  /** The line in front of it that both have. */
  context: string | null;
}

/** Reads git's conflict markers. The first side is the person's. */
function readHunks(text: string): Hunk[] {
  const hunks: Hunk[] = [];
  let side: "both" | "mine" | "theirs" = "both";
  let context: string | null = null;
  for (const line of text.split("\n")) {
    const hunk = hunks.at(-1);
    if (side === "both" && line.startsWith("<<<<<<< ")) {
      side = "mine";
      hunks.push({ mine: [], theirs: [], context });
    } else if (side === "mine" && /^={7}\r?$/.test(line)) side = "theirs";
    else if (side === "theirs" && line.startsWith(">>>>>>> ")) side = "both";
    else if (side === "both") context = line;
    else hunk?.[side].push(line);
  }
  return hunks;
}

/**
 * The line of the person's file at which each hunk begins. The merge result has clean changes of the other side in it, so
 * lines can't be counted there: the hunk's own lines are looked for, or where it has none the line in front of it.
 */
function locate(hunks: readonly Hunk[], lines: readonly string[]) {
  let from = 0;
  return hunks.map(({ mine, theirs, context }) => {
    const at =
      mine.length > 0 ? findLines(lines, mine, from) : findLines(lines, context === null ? [] : [context], from);
    from = Math.max(at, from) + Math.max(mine.length, 1);
    return { line: Math.min(mine.length > 0 ? Math.max(at, 0) + 1 : from + 1, lines.length), mine, theirs };
  });
}

function findLines(lines: readonly string[], wanted: readonly string[], from: number): number {
  for (let at = from; at + wanted.length <= lines.length; at += 1) {
    if (wanted.every((line, offset) => lines[at + offset] === line)) return at;
  }
  return -1;
}
