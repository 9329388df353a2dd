/** Signals: lines of a worker's output that begin with one of six words. Everything else is log. */

import type { Signal } from "../model/run.ts";
import { cutMiddle, plainText } from "./plain-text.ts";

/** Agents write markdown: the word, the word with its colon or the whole line may be emphasised or set as code. */
const SIGNAL = /^([*_`]{0,4})(DONE|QUESTION|REVIEW|BLOCKED|USAGE|VERDICT)([*_`]{0,4}):([^\n]*)/;
/** Longest line that is looked at, in characters: a worker may print one without end. */
const LINE_LENGTH = 10_000;
const QUESTION_LENGTH = 10_000;
const MAX_USD = 100_000;
const MAX_TOKENS = 1e12;

/** The signal that a line is, null when it is log. A line is meant as it looks on a terminal, without colours. */
export function parseSignal(line: string): Signal | null {
  const [, marks = "", word, closing = "", rest = ""] = SIGNAL.exec(plainText(line.slice(0, LINE_LENGTH))) ?? [];
  if (!marks.endsWith(reversed(closing))) return null;
  const text = withoutMarks(rest.trim(), marks.slice(0, marks.length - closing.length));
  switch (word) {
    case "DONE":
      return { kind: "done", text };
    case "QUESTION":
      return { kind: "question", text };
    case "REVIEW":
      return { kind: "review", text };
    case "BLOCKED":
      return { kind: "blocked", text };
    case "USAGE":
      return parseUsage(text);
    case "VERDICT":
      return parseVerdict(text);
    default:
      return null;
  }
}

/**
 * The signal that counts after one more: the last one, but a question is not taken back by a `DONE:` or `REVIEW:` that the
 * worker prints out of habit. Spending is no answer.
 */
export function laterSignal(held: Signal | null, next: Signal): Signal | null {
  if (next.kind === "usage") return held;
  if (held?.kind === "question" && (next.kind === "done" || next.kind === "review")) return held;
  return next;
}

/**
 * The signals of a whole text, such as the final message of a coding agent. There the lines below a question belong to it
 * up to the next signal: they are what a person chooses from.
 */
export function readSignals(text: string): Signal[] {
  const signals: Signal[] = [];
  for (const line of text.split("\n")) {
    const signal = parseSignal(line);
    const last = signals.at(-1);
    if (signal !== null) signals.push(signal);
    else if (last?.kind === "question") last.text += `\n${plainText(line)}`;
  }
  return signals.map((signal) =>
    signal.kind === "question" ? { ...signal, text: cutMiddle(signal.text.trim(), QUESTION_LENGTH) } : signal,
  );
}

/** The signal that counts in a whole text. */
export function readLastSignal(text: string): Signal | null {
  return readSignals(text).reduce((held, next) => laterSignal(held, next), null as Signal | null);
}

/** What follows the colon, without the other half of the marks that opened before the word. */
function withoutMarks(text: string, marks: string): string {
  const other = reversed(marks);
  if (text.startsWith(other)) return text.slice(other.length).trim();
  return text.endsWith(other) ? text.slice(0, text.length - other.length).trim() : text;
}

function reversed(marks: string): string {
  return [...marks].reverse().join("");
}

/** Money is null where the runtime can't say it. A report with any figure that can't be true is no report. */
function parseUsage(text: string): Signal | null {
  const given = parseJson(text);
  if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
  const { usd = null, input = 0, output = 0, cached = 0 } = given as Record<string, unknown>;
  if (usd !== null && !isFigure(usd, MAX_USD)) return null;
  if (!isFigure(input, MAX_TOKENS) || !isFigure(output, MAX_TOKENS) || !isFigure(cached, MAX_TOKENS)) return null;
  if (![input, output, cached].every(Number.isInteger)) return null;
  return { kind: "usage", usd, input, output, cached };
}

function isFigure(value: unknown, max: number): value is number {
  return typeof value === "number" && value >= 0 && value <= max;
}

/** Words that take back a `passed` right before them: nobody could be sure of "passed but for the login". */
const RESERVATION = /^(?:but|except|if|unless|once|until|provided|apart|although|though|only|not|pending)\b/i;

/** The first word decides; what follows is the reason. */
function parseVerdict(text: string): Signal | null {
  const [, word, why = ""] =
    /^[*_`]*(passed|failed|inconclusive)(?![a-z0-9])[\s:,;.!*_`\u2013\u2014-]*(.*)$/i.exec(text) ?? [];
  const result = word?.toLowerCase();
  if (result === "passed" && RESERVATION.test(why)) return { kind: "verdict", result: "inconclusive", text };
  if (result === "passed" || result === "failed" || result === "inconclusive")
    return { kind: "verdict", result, text: why };
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
