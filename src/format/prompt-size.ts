/**
 * A prompt has a size, and each of its parts a share of it, so that a file of rules of 200 KB does not drive out the words of
 * a reviewer. What is still too much is taken from the lightest parts first. Whatever is missing is named.
 */

import { cutMiddleToBytes, utf8Length } from "./plain-text.ts";
import { type Piece, printPiece } from "./prompt-pieces.ts";

/** A part that would be shorter than this says nothing. */
const SHORTEST_BYTES = 500;
/** Room for the line that says what happened to a part. */
const NOTE_BYTES = 120;
const MOST_NOTES = 20;
const KB = 1024;

/** The most that one part takes, by its place. The assignment, a question and a diff take what there is. */
const SHARES: Readonly<Record<string, number>> = {
  role: 16 * KB,
  mission_text: 32 * KB,
  milestone_text: 16 * KB,
  assertions: 16 * KB,
  checks: 16 * KB,
  spec_change: 32 * KB,
  answers: 32 * KB,
  findings: 64 * KB,
  last: 32 * KB,
  gate: 32 * KB,
  reverted: 32 * KB,
  earlier: 16 * KB,
  comments: 16 * KB,
  rules: 32 * KB,
};

/** The pieces with none of them above its share. */
export function sharePieces(pieces: readonly Piece[], notes: string[]): readonly Piece[] {
  return pieces.map((piece) => {
    const most = SHARES[piece.place] ?? Number.POSITIVE_INFINITY;
    if (utf8Length(piece.text) <= most) return piece;
    notes.push(`shortened: ${piece.name}`);
    return { ...piece, text: cutMiddleToBytes(piece.text, most) };
  });
}

/** The pieces with that many bytes less, as far as there are any; null when nothing can be shortened any more. */
export function shortenPieces(pieces: readonly Piece[], over: number, notes: string[]): readonly Piece[] | null {
  const result = new Map(pieces.map((piece) => [piece, piece as Piece | null]));
  let left = over;
  for (const piece of pieces.toSorted((one, other) => one.weight - other.weight)) {
    if (left <= 0) break;
    const bytes = utf8Length(piece.text);
    const text =
      bytes - left - NOTE_BYTES < SHORTEST_BYTES ? "" : cutMiddleToBytes(piece.text, bytes - left - NOTE_BYTES);
    result.set(piece, text === "" ? null : { ...piece, text });
    notes.push(`${text === "" ? "left out" : "shortened"}: ${piece.name}`);
    left -= text === "" ? utf8Length(printPiece(piece)) - NOTE_BYTES : left;
  }
  return pieces.length === 0 ? null : [...result.values()].filter((piece) => piece !== null);
}

/** One line for each part that is not whole. */
export function printNotes(notes: readonly string[]): string {
  // What was shortened may have been left out after all.
  const all = notes.filter((note, index) => {
    const name = note.replace(/^shortened/, "");
    return name === note || !notes.slice(index + 1).some((later) => later.endsWith(name));
  });
  const lines = all.slice(0, MOST_NOTES).map((note) => `- ${note}`);
  if (all.length > MOST_NOTES) lines.push(`- and ${all.length - MOST_NOTES} more`);
  return lines.join("\n");
}
