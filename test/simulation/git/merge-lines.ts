/**
 * A three-way merge by lines. Changes of both sides go together when at least one untouched line of the base lies between
 * them, or when they are the same; all else is a conflict. A conflict is narrowed to the lines that really differ, and two
 * with at most three lines between them become one.
 */

import { diffLines, type LineChange, splitLines } from "./line-diff.ts";

const MARKER = 7;
const MOST_BETWEEN = 3;

export interface MergedText {
  clean: boolean;
  text: string;
}

interface Piece {
  kind: "ours" | "theirs" | "conflict" | "same";
  ours: number;
  oursCount: number;
  theirs: number;
  theirsCount: number;
}

/** `markerSize` counts the signs beyond git's seven. */
export function mergeTexts(
  texts: { base: string; ours: string; theirs: string },
  labels: { ours: string; theirs: string },
  markerSize = 0,
): MergedText {
  const [base, ours, theirs] = [splitLines(texts.base), splitLines(texts.ours), splitLines(texts.theirs)];
  const mine = diffLines(base, ours);
  const other = diffLines(base, theirs);
  if (mine.length === 0) return { clean: true, text: texts.theirs };
  if (other.length === 0) return { clean: true, text: texts.ours };
  const pieces = joinNear(narrow(align(mine, other, ours, theirs), ours, theirs));
  const clean = pieces.every(({ kind }) => kind !== "conflict");
  return { clean, text: printPieces(pieces, { ours, theirs, labels, size: MARKER + markerSize }) };
}

function align(
  mine: readonly LineChange[],
  other: readonly LineChange[],
  ours: readonly string[],
  theirs: readonly string[],
): Piece[] {
  const pieces: Piece[] = [];
  let [left, right] = [0, 0];
  // How many lines the sides are longer than the base so far.
  let [oursMore, theirsMore] = [0, 0];
  while (left < mine.length || right < other.length) {
    const [a, b] = [mine[left], other[right]];
    if (a !== undefined && (b === undefined || a.at + a.count < b.at)) {
      append(pieces, {
        kind: "ours",
        ours: a.otherAt,
        oursCount: a.otherCount,
        theirs: a.at + theirsMore,
        theirsCount: a.count,
      });
      oursMore += a.otherCount - a.count;
      left += 1;
      continue;
    }
    if (b !== undefined && (a === undefined || b.at + b.count < a.at)) {
      append(pieces, {
        kind: "theirs",
        ours: b.at + oursMore,
        oursCount: b.count,
        theirs: b.otherAt,
        theirsCount: b.otherCount,
      });
      theirsMore += b.otherCount - b.count;
      right += 1;
      continue;
    }
    if (a === undefined || b === undefined) break;
    if (!isSameChange(a, b, ours, theirs)) append(pieces, overlap(a, b));
    const [aEnd, bEnd] = [a.at + a.count, b.at + b.count];
    if (aEnd >= bEnd) {
      theirsMore += b.otherCount - b.count;
      right += 1;
    }
    if (bEnd >= aEnd) {
      oursMore += a.otherCount - a.count;
      left += 1;
    }
  }
  return pieces;
}

function isSameChange(a: LineChange, b: LineChange, ours: readonly string[], theirs: readonly string[]): boolean {
  if (a.at !== b.at || a.count !== b.count || a.otherCount !== b.otherCount) return false;
  for (let index = 0; index < a.otherCount; index += 1) {
    if (ours[a.otherAt + index] !== theirs[b.otherAt + index]) return false;
  }
  return true;
}

/** The lines of both sides that face the base from the first to the last line that either changed. */
function overlap(a: LineChange, b: LineChange): Piece {
  const before = a.at - b.at;
  const behind = a.at + a.count - (b.at + b.count);
  const ours = a.otherAt - Math.max(before, 0);
  const theirs = b.otherAt + Math.min(before, 0);
  return {
    kind: "conflict",
    ours,
    oursCount: a.otherAt + a.otherCount - ours - Math.min(behind, 0),
    theirs,
    theirsCount: b.otherAt + b.otherCount - theirs + Math.max(behind, 0),
  };
}

/** What touches the piece before becomes part of it. */
function append(pieces: Piece[], piece: Piece): void {
  const last = pieces.at(-1);
  const touches =
    last !== undefined && (piece.ours <= last.ours + last.oursCount || piece.theirs <= last.theirs + last.theirsCount);
  if (!touches) {
    pieces.push(piece);
    return;
  }
  if (piece.kind !== last.kind) last.kind = "conflict";
  last.oursCount = piece.ours + piece.oursCount - last.ours;
  last.theirsCount = piece.theirs + piece.theirsCount - last.theirs;
}

function narrow(pieces: readonly Piece[], ours: readonly string[], theirs: readonly string[]): Piece[] {
  return pieces.flatMap((piece) => {
    if (piece.kind !== "conflict" || piece.oursCount === 0 || piece.theirsCount === 0) return [piece];
    const changes = diffLines(
      ours.slice(piece.ours, piece.ours + piece.oursCount),
      theirs.slice(piece.theirs, piece.theirs + piece.theirsCount),
    );
    if (changes.length === 0) return [{ ...piece, kind: "same" as const }];
    return changes.map((change) => ({
      kind: "conflict" as const,
      ours: piece.ours + change.at,
      oursCount: change.count,
      theirs: piece.theirs + change.otherAt,
      theirsCount: change.otherCount,
    }));
  });
}

function joinNear(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const isNear =
      last?.kind === "conflict" &&
      piece.kind === "conflict" &&
      piece.ours - (last.ours + last.oursCount) <= MOST_BETWEEN;
    if (isNear) {
      last.oursCount = piece.ours + piece.oursCount - last.ours;
      last.theirsCount = piece.theirs + piece.theirsCount - last.theirs;
    } else joined.push({ ...piece });
  }
  return joined;
}

interface Printing {
  ours: readonly string[];
  theirs: readonly string[];
  labels: { ours: string; theirs: string };
  size: number;
}

/** Ours with the pieces of theirs put in, conflicts between markers. */
function printPieces(pieces: readonly Piece[], { ours, theirs, labels, size }: Printing): string {
  let text = "";
  let at = 0;
  for (const piece of pieces) {
    if (piece.kind === "same" || piece.kind === "ours") continue;
    text += ours.slice(at, piece.ours).join("");
    const other = theirs.slice(piece.theirs, piece.theirs + piece.theirsCount).join("");
    if (piece.kind === "theirs") text += other;
    else {
      const own = ours.slice(piece.ours, piece.ours + piece.oursCount).join("");
      text += `${"<".repeat(size)} ${labels.ours}\n${ended(own)}${"=".repeat(size)}\n`;
      text += `${ended(other)}${">".repeat(size)} ${labels.theirs}\n`;
    }
    at = piece.ours + piece.oursCount;
  }
  return text + ours.slice(at).join("");
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
