/**
 * Commit messages that carry data: a subject, a body for people, and trailers as the last paragraph, so that git reads
 * them too (`git log --format='%(trailers:key=Run)'`). Nothing in a body counts as data, however much it looks like it.
 */

import { decodePercent, encodePercent } from "./percent.ts";

export type Trailer = readonly [key: string, value: string];

export interface Message {
  subject: string;
  body: string;
  /** Values are decoded. Empty where the last paragraph is not made of trailers alone. */
  trailers: readonly Trailer[];
}

const KEY = /^[A-Za-z0-9][A-Za-z0-9-]*$/;
/** Where git takes such a line for the end of a message, it no longer sees the trailers below it. */
const SCISSORS = /^(?=\S+ -{24} >8 -{24}$)/gm;

/** A whole message. There must be at least one trailer: without, the end of the body could be taken for trailers. */
export function printMessage({ subject, body, trailers }: Message): string {
  const paragraphs = [subject, ...(body === "" ? [] : [body.replace(SCISSORS, " ")]), printTrailers(trailers)];
  return `${paragraphs.join("\n\n")}\n`;
}

export function parseMessage(message: string): Message {
  const text = withoutLastLineEnds(message);
  const subjectEnd = text.indexOf("\n\n");
  if (subjectEnd === -1) return { subject: text, body: "", trailers: [] };
  const bodyStart = subjectEnd + 2;
  const bodyEnd = text.lastIndexOf("\n\n");
  const trailers = parseTrailers(text.slice(bodyEnd + 2));
  return {
    subject: text.slice(0, subjectEnd),
    body: text.slice(bodyStart, trailers === null ? text.length : Math.max(bodyEnd, bodyStart)),
    trailers: trailers ?? [],
  };
}

/** Value of the first trailer of that name, null when there is none. */
export function findTrailer(trailers: readonly Trailer[], key: string): string | null {
  for (const trailer of trailers) if (trailer[0] === key) return trailer[1];
  return null;
}

function printTrailers(trailers: readonly Trailer[]): string {
  return trailers.map(([key, value]) => (value === "" ? `${key}:` : `${key}: ${encodePercent(value)}`)).join("\n");
}

function parseTrailers(paragraph: string): readonly Trailer[] | null {
  const trailers: Trailer[] = [];
  for (let start = 0; start <= paragraph.length; ) {
    const lineEnd = paragraph.indexOf("\n", start);
    const end = lineEnd < 0 ? paragraph.length : lineEnd;
    const colon = paragraph.indexOf(":", start);
    if (colon <= start || colon >= end || (end > colon + 1 && paragraph.charAt(colon + 1) !== " ")) return null;
    const key = knownKey(paragraph.slice(start, colon));
    if (key === null) return null;
    trailers.push([key, decodePercent(paragraph.slice(Math.min(colon + 2, end), end))]);
    start = end + 1;
  }
  return trailers;
}

const MAX_KEYS = 200;
const keys = new Map<string, string>();

/** The same string for the same key in all messages, so that looking for one compares no letters; null for what is no key. */
function knownKey(text: string): string | null {
  const known = keys.get(text);
  if (known !== undefined) return known;
  if (!KEY.test(text)) return null;
  if (keys.size < MAX_KEYS) keys.set(text, text);
  return text;
}

/** By hand: a pattern that is anchored at the end tries each run of line ends again from each of its places. */
function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === "\n") end--;
  return text.slice(0, end);
}
