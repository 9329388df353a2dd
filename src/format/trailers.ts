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
  return trailers.find(([name]) => name === key)?.[1] ?? null;
}

function printTrailers(trailers: readonly Trailer[]): string {
  return trailers.map(([key, value]) => (value === "" ? `${key}:` : `${key}: ${encodePercent(value)}`)).join("\n");
}

function parseTrailers(paragraph: string): readonly Trailer[] | null {
  const trailers: Trailer[] = [];
  for (const line of paragraph.split("\n")) {
    const colon = line.indexOf(":");
    const key = line.slice(0, colon);
    if (colon < 1 || !KEY.test(key) || (line.length > colon + 1 && line.charAt(colon + 1) !== " ")) return null;
    trailers.push([key, decodePercent(line.slice(colon + 2))]);
  }
  return trailers;
}

/** By hand: a pattern that is anchored at the end tries each run of line ends again from each of its places. */
function withoutLastLineEnds(text: string): string {
  let end = text.length;
  while (text.charAt(end - 1) === "\n") end--;
  return text.slice(0, end);
}
