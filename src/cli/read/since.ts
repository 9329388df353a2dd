import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** A date, a time on the person's clock, or how long ago, as milliseconds; null for no text. */
export function parseSince(text: string | null, { doors }: Pick<Context, "doors">): number | null {
  if (text === null) return null;
  const at = parseMoment(text, doors.clock.now());
  if (at === null) throw new CommandError("wrong-use", `${text} is no time`, "--since 24h, or --since 2026-11-20");
  if (at < 0) throw new CommandError("wrong-use", `${text} is before 1970, where time begins here`, "--since 30d");
  return at;
}

/** The same; null for what is none of them. */
export function parseMoment(text: string, now: number): number | null {
  const ago = parseTime(text);
  if (ago !== null) return now - ago;
  const iso = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text.trim());
  // A date alone would be read as midnight in UTC.
  const at = iso ? Date.parse(text.includes(":") ? text.trim() : `${text.trim()}T00:00`) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}

/** `90s`, `2m`, `4h`, as milliseconds; null for no text. */
export function parseDurationOption(text: string | null, example: string): number | null {
  if (text === null) return null;
  const time = parseTime(text);
  if (!time) throw new CommandError("wrong-use", `${text} is no length of time`, example);
  return time;
}

function parseTime(text: string): number | null {
  const [, amount, unit] = /^(\d+)\s*(s|m|min|h|d|w)$/.exec(text.trim()) ?? [];
  return amount === undefined || unit === undefined ? null : Number(amount) * (UNITS[unit] ?? 0);
}
