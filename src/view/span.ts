/** Pieces of a line with their colour, and how they are cut or wrapped to a width. */

import { plainText } from "../format/plain-text.ts";
import type { Paint } from "./paint.ts";
import { cut, takeColumns, widthOf } from "./width.ts";

export type Look = keyof Paint | "plain";

export interface Span {
  text: string;
  look: Look;
  /** Not broken between its words, as long as it fits on a line. */
  whole?: boolean;
}

const SHORT = 48;
const LEAST_TITLE = 14;
const DOT: Span = { text: " · ", look: "quiet", whole: true };

/** A piece of a line. The text may come from anywhere: it is made harmless here, and one line. */
export function span(text: string, look: Look = "plain"): Span {
  return { text: plainText(text).replace(/\s+/g, " "), look };
}

/** Space between pieces. */
export function gap(columns = 2): Span {
  return { text: " ".repeat(columns), look: "plain" };
}

/** Pieces with a dot between them; empty ones are left out. Short ones are not broken. */
export function dotted(...pieces: readonly (Span | string | null)[]): Span[] {
  const spans = pieces.flatMap((piece) => (typeof piece === "string" ? [span(piece)] : piece === null ? [] : [piece]));
  const filled = spans.filter(({ text }) => text !== "");
  const whole = filled.map((piece) => (piece.text.length <= SHORT ? { ...piece, whole: true } : piece));
  return whole.flatMap((piece, index) => (index === 0 ? [piece] : [{ ...DOT }, piece]));
}

/** The pieces as one line of at most that many columns. The first gives way first: it is a title, the others are facts. */
export function cutSpans(spans: readonly Span[], width: number): readonly Span[] {
  const overflow = sum(spans) - width;
  if (overflow <= 0) return spans;
  const [first, ...facts] = spans;
  if (first === undefined) return [];
  const title = cut(first.text, Math.max(LEAST_TITLE, widthOf(first.text) - overflow));
  const kept: Span[] = [];
  let left = width;
  for (const piece of [{ ...first, text: title }, ...facts]) {
    const text = cut(piece.text, left);
    left -= widthOf(text);
    if (text !== "") kept.push({ ...piece, text });
    if (text !== piece.text) break;
  }
  while (isSpace(kept.at(-1))) kept.pop();
  return kept;
}

function sum(spans: readonly Span[]): number {
  return spans.reduce((total, { text }) => total + widthOf(text), 0);
}

/** The pieces as lines of at most that many columns, broken between words, or in a word that is longer than a line. */
export function wrapSpans(spans: readonly Span[], width: number): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  let used = 0;
  const put = (piece: Span): void => {
    lines.at(-1)?.push(piece);
    used += widthOf(piece.text);
  };
  const breakLine = (): void => {
    const line = lines.at(-1) ?? [];
    while (isSpace(line.at(-1))) line.pop();
    lines.push([]);
    used = 0;
  };
  for (const word of spans.flatMap((piece) => wordsOf(piece, width))) {
    if (used + widthOf(word.text) > width && used > 0) breakLine();
    if (isSpace(word) && used === 0 && lines.length > 1) continue;
    let { text } = word;
    while (widthOf(text) > width) {
      const head = takeColumns(text, Math.max(width, 2));
      put({ ...word, text: head });
      text = text.slice(head.length);
      breakLine();
    }
    if (text !== "") put({ ...word, text });
  }
  return lines;
}

/** The line as it goes to the terminal. */
export function paintSpans(spans: readonly Span[], paint: Paint): string {
  return spans.map(({ text, look }) => (look === "plain" ? text : paint[look](text))).join("");
}

/** What is dropped where a line is broken. */
function isSpace(piece: Span | undefined): boolean {
  return piece !== undefined && (piece.text.trim() === "" || piece.text.trim() === DOT.text.trim());
}

function wordsOf({ text, look, whole }: Span, width: number): Span[] {
  if (whole && widthOf(text) <= width) return [{ text, look }];
  const parts = text.split(/( +)/).filter((part) => part !== "");
  return parts.map((part) => ({ text: part, look }));
}
