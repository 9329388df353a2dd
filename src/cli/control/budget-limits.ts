/** Limits as they are typed after `mission budget`: `usd=250 hours=40 tokens=30M`. */

import { CommandError } from "../command-error.ts";

export type LimitName = "usd" | "hours" | "minutes" | "tokens";

export interface Limit {
  name: LimitName;
  value: number;
  /** As it goes into the file: a count keeps its k or M. */
  text: string | number;
}

const NAMES: readonly LimitName[] = ["usd", "hours", "minutes", "tokens"];
const COUNTS: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

/** Throws a `CommandError` that says what to type. */
export function parseLimits(words: readonly string[], thing: string): readonly Limit[] {
  const example = `mission budget ${thing} usd=250`;
  if (words.length === 0) throw new CommandError("no-limit", "which limit?", `${example} hours=40 tokens=30M`);
  const limits = words.map((word) => parseLimit(word, example));
  const twice = limits.find(({ name }, index) => limits.findIndex((other) => other.name === name) !== index);
  if (twice) throw new CommandError("limit-twice", `${twice.name} is given twice`, example);
  return limits;
}

function parseLimit(word: string, example: string): Limit {
  const [, typed = "", digits = "", letter = ""] = /^(\w+)=\$?(\d+(?:\.\d+)?)([kKmM]?)$/.exec(word.trim()) ?? [];
  const name = NAMES.find((each) => each === typed.toLowerCase());
  const factor = COUNTS[letter.toLowerCase()] ?? 1;
  if (name === undefined || (letter !== "" && name !== "tokens")) {
    throw new CommandError("bad-limit", `${word} is no limit: usd=, hours= or tokens= and a number`, example);
  }
  const value = Number(digits) * factor;
  if (!Number.isFinite(value) || (name === "tokens" && !Number.isSafeInteger(value))) {
    throw new CommandError("bad-limit", `${word} is too large or no whole number of tokens`, example);
  }
  const suffix = letter === "" ? "" : letter.toLowerCase() === "k" ? "k" : "M";
  return { name, value, text: suffix === "" ? value : `${digits}${suffix}` };
}

/** A mission counts agent hours, a feature minutes; either may be typed. */
export function convertHours(limit: Limit, unit: "hours" | "minutes"): Limit {
  if (limit.name === unit || (limit.name !== "hours" && limit.name !== "minutes")) return limit;
  const value = unit === "minutes" ? limit.value * 60 : limit.value / 60;
  return { name: unit, value, text: value };
}
