/** Signals: lines of a worker's output that begin with one of six words. Everything else is log. */

import type { Signal } from "../model/run.ts";
import { plainText } from "./plain-text.ts";

const SIGNAL = /^(DONE|QUESTION|REVIEW|BLOCKED|USAGE|VERDICT):[ \t]*([^\n]*)/;
/** Longest line that is looked at, in characters: a worker may print one without end. */
const LINE_LENGTH = 10_000;
const MAX_USD = 100_000;
const MAX_TOKENS = 1e12;

/** The signal that a line is, null when it is log. A line is meant as it looks on a terminal, without colours. */
export function parseSignal(line: string): Signal | null {
  const [, word, rest = ""] = SIGNAL.exec(plainText(line.slice(0, LINE_LENGTH))) ?? [];
  const text = rest.trim();
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

/** The signal that counts in a whole text, such as the final message of a coding agent. */
export function readLastSignal(text: string): Signal | null {
  return text
    .split("\n")
    .map(parseSignal)
    .reduce((held, next) => (next === null ? held : laterSignal(held, next)), null as Signal | null);
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

/** `passed` stands alone: "passed but for the login" is no pass, and no verdict that anybody could be sure of. */
function parseVerdict(text: string): Signal | null {
  const [, word, why = ""] = /^(passed|failed|inconclusive)\b[\s:,;.!*-]*(.*)$/i.exec(text) ?? [];
  const result = word?.toLowerCase();
  if (result === "passed") return { kind: "verdict", result: why === "" ? "passed" : "inconclusive", text: why };
  if (result === "failed" || result === "inconclusive") return { kind: "verdict", result, text: why };
  return null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
