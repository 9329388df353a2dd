/** Durations, counts and dates as people write them. The parsers answer null for anything else. */

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DAY_MS = 86_400_000;

/** `90s`, `10m`, `4h`, `1.5h` as milliseconds. */
export function parseDuration(text: string): number | null {
  const match = /^(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNITS[match?.[2] ?? ""];
  return match && unit !== undefined ? Math.round(Number(match[1]) * unit) : null;
}

/** Milliseconds in the largest unit that divides them. */
export function printDuration(milliseconds: number): string {
  for (const unit of ["d", "h", "m", "s"]) {
    const size = UNITS[unit] ?? 1;
    if (milliseconds !== 0 && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

/** `400k`, `30M`, `1.5M` or a whole number. */
export function parseCount(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,9})?)([kM]?)$/.exec(text);
  if (!match) return null;
  const factor = match[2] === "M" ? 1_000_000 : match[2] === "k" ? 1000 : 1;
  const count = Math.round(Number(match[1]) * factor);
  return factor === 1 && match[1]?.includes(".") ? null : count;
}

/** A count with k or M where that loses nothing. */
export function printCount(count: number): string {
  if (count !== 0 && count % 1_000_000 === 0) return `${count / 1_000_000}M`;
  return count !== 0 && count % 1000 === 0 ? `${count / 1000}k` : String(count);
}

/** The last millisecond of a day such as `2026-12-24` in UTC, since the epoch. */
export function parseDateEnd(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return (daysSinceEpoch(year, month, day) + 1) * DAY_MS - 1;
}

/** The day in UTC that a moment is in. */
export function printDate(milliseconds: number): string {
  const days = Math.floor(milliseconds / DAY_MS);
  let year = 1970 + Math.floor(days / 365.2425);
  while (daysSinceEpoch(year, 1, 1) > days) year--;
  while (daysSinceEpoch(year + 1, 1, 1) <= days) year++;
  let month = 1;
  while (month < 12 && daysSinceEpoch(year, month + 1, 1) <= days) month++;
  const day = days - daysSinceEpoch(year, month, 1) + 1;
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function daysSinceEpoch(year: number, month: number, day: number): number {
  const before = year - 1;
  let days = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162;
  for (let each = 1; each < month; each++) days += daysInMonth(year, each);
  return days + day - 1;
}
