/** Pieces of a line with their colour, and how they are cut or wrapped to a width. */

import { plainText } from "../format/plain-text.ts";
import type { Paint } from "./paint.ts";
import { cut, takeColumns, widthOf } from "./width.ts";

export type Look = keyof Paint | "plain";

export interface Span {
  text: string;
  look: Look;
}

/** A piece of a line. The text may come from anywhere: it is made harmless here, and one line. */
export function span(text: string, look: Look = "plain"): Span {
  return { text: plainText(text).replace(/\s+/g, " "), look };
}

/** Pieces with a dot between them; empty ones are left out. */
export function dotted(...pieces: readonly (Span | string | null)[]): Span[] {
  const spans = pieces.flatMap((piece) => (typeof piece === "string" ? [span(piece)] : piece === null ? [] : [piece]));
  const filled = spans.filter(({ text }) => text !== "");
  return filled.flatMap((piece, index) => (index === 0 ? [piece] : [span(" · ", "quiet"), piece]));
}

/** The pieces as one line of at most that many columns. */
export function cutSpans(spans: readonly Span[], width: number): readonly Span[] {
  const kept: Span[] = [];
  let left = width;
  for (const [index, piece] of spans.entries()) {
    const rest = spans.slice(index + 1).some(({ text }) => text.trim() !== "");
    const text = cut(rest && widthOf(piece.text) >= left ? `${piece.text}…` : piece.text, left);
    kept.push({ ...piece, text });
    if (text !== piece.text) break;
    left -= widthOf(text);
  }
  return kept;
}

/** The pieces as lines of at most that many columns, broken between words, or in a word that is longer than a line. */
export function wrapSpans(spans: readonly Span[], width: number): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  let used = 0;
  for (const word of spans.flatMap(wordsOf)) {
    let { text } = word;
    while (text !== "") {
      const isSpace = text.trim() === "";
      if (used + widthOf(text) <= width && !(isSpace && used === 0 && lines.length > 1)) {
        lines.at(-1)?.push({ ...word, text });
        used += widthOf(text);
        break;
      }
      if (isSpace) break;
      const head = used === 0 ? takeColumns(text, Math.max(width, 2)) : "";
      if (head !== "") lines.at(-1)?.push({ ...word, text: head });
      text = text.slice(head.length);
      if (text !== "") lines.push([]);
      used = 0;
    }
  }
  return lines;
}

/** The line as it goes to the terminal. */
export function paintSpans(spans: readonly Span[], paint: Paint): string {
  return spans.map(({ text, look }) => (look === "plain" ? text : paint[look](text))).join("");
}

function wordsOf({ text, look }: Span): Span[] {
  return text
    .split(/( +)/)
    .filter((part) => part !== "")
    .map((part) => ({ text: part, look }));
}
