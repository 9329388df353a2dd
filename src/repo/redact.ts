/** Takes secrets out of text: the one place for what a run writes into its log, its events and its reports. */

import { makeBlockWatch, REPLACEMENT, takeOutBegunKey, takeOutKeys } from "./key-forms.ts";

/** Shorter values are words that occur anywhere. */
export const SHORTEST = 6;

export interface Redactor {
  redact(text: string): string;
  /** For a text that was cut at its end: a beginning of a secret there is taken out too. */
  redactCut(text: string): string;
  /** For a text that comes in pieces, one after the other: a private key is taken out over several of them. */
  redactNext(piece: string): string;
}

/** Knows each value as it is, its longer lines, and what base64, JSON and addresses make of it; and keys by their form. */
export function makeRedactor(values: readonly string[]): Redactor {
  const forms = [...new Set(values.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  const redact = (text: string): string => {
    let clean = text;
    for (const form of forms) clean = clean.replaceAll(form, REPLACEMENT);
    return takeOutKeys(clean);
  };
  const watchBlocks = makeBlockWatch();
  return {
    redact,
    redactNext: (piece) => redact(watchBlocks(piece)),
    redactCut(text) {
      const clean = redact(text);
      const beginning = Math.max(0, ...forms.map((form) => beginningAtEnd(clean, form)));
      return beginning === 0 ? takeOutBegunKey(clean) : clean.slice(0, -beginning) + REPLACEMENT;
    },
  };
}

function formsOf(value: string): string[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [...lines.filter((line) => line.length >= SHORTEST), ...encodingsOf(value)];
}

/** A value as a whole: as it is, and what base64, JSON and addresses make of it. */
export function encodingsOf(value: string): string[] {
  const whole = value.trim();
  const encoded = [
    base64(value),
    base64(whole),
    encodeURIComponent(whole.toWellFormed()),
    JSON.stringify(whole).slice(1, -1),
  ];
  return [...new Set([whole, ...encoded])].filter((form) => form.length >= SHORTEST);
}

/** Without the padding and the last digit, which depend on what follows. */
function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64").replace(/.?=*$/, "");
}

function beginningAtEnd(text: string, form: string): number {
  for (let length = Math.min(form.length - 1, text.length); length >= SHORTEST; length--) {
    if (text.endsWith(form.slice(0, length))) return length;
  }
  return 0;
}
