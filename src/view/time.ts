/** Times and durations for a reader. Calendar days are computed, because a view has no clock and no zone of its own. */

import type { Page } from "./page.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `40 s`, `12 min`, `2 h 10 min`, `3 d 4 h`. */
export function durationText(ms: number): string {
  const time = Math.max(0, ms);
  if (time < MINUTE) return `${Math.floor(time / SECOND)} s`;
  if (time < HOUR) return `${Math.floor(time / MINUTE)} min`;
  if (time < DAY) return pair(time, HOUR, "h", MINUTE, "min");
  return pair(time, DAY, "d", HOUR, "h");
}

/** `2026-11-20 14:02` on the reader's clock. */
export function dateText(at: number, page: Page): string {
  return localText(at, page).slice(0, 16);
}

/** `2026-11-20` on the reader's clock. */
export function dayText(at: number, page: Page): string {
  return localText(at, page).slice(0, 10);
}

/** `14:02`, with the day before it when that is not today. */
export function momentText(at: number, page: Page): string {
  const text = dateText(at, page);
  return text.slice(0, 10) === dayText(page.now, page) ? text.slice(11) : text;
}

/** `14:02:07` on the reader's clock. */
export function clockText(at: number, page: Page): string {
  return localText(at, page).slice(11, 19);
}

/** `2026-11-20T14:02:07.000Z`, for programs. */
export function isoText(at: number): string {
  return `${calendarText(at).replace(" ", "T")}.${digits(modulo(at, SECOND), 3)}Z`;
}

function localText(at: number, page: Page): string {
  return calendarText(at + page.zone(at) * MINUTE);
}

function pair(time: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((time % large) / small);
  return `${Math.floor(time / large)} ${largeUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ""}`;
}

/** `YYYY-MM-DD hh:mm:ss` in UTC. Days to a date as in Howard Hinnant's "chrono-compatible low-level date algorithms". */
function calendarText(at: number): string {
  const days = Math.floor(at / DAY) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const time = modulo(at, DAY);
  const parts = [Math.floor(time / HOUR), Math.floor((time % HOUR) / MINUTE), Math.floor((time % MINUTE) / SECOND)];
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)} ${parts.map((part) => digits(part, 2)).join(":")}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}
