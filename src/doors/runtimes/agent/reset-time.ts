/** When a provider takes work again, as agents tell it to a person: by a clock, to the minute. */

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const MOMENT =
  /(try again|resets) (?:at )?(?:([A-Z][a-z]{2} \d{1,2})(?:st|nd|rd|th)?(?:, (\d{4}))?,? )?(\d{1,2})(?::(\d\d))? ?([ap]m)(?: \((UTC)\))?/i;

/**
 * `try again at 8:55 PM`, `try again at Nov 21st, 2026 8:55 PM`, `resets 8pm (UTC)`, `resets Nov 24, 7:24pm (UTC)`; without a
 * zone by the clock of this machine. null where there is none, or it is over.
 */
export function readResetTime(text: string, now: number): number | null {
  const [, words = "", day, year, hour, minutes = "00", half = "", zone = ""] = MOMENT.exec(text) ?? [];
  if (hour === undefined) return null;
  const today = zone === "" ? new Date(now).toDateString() : new Date(now).toUTCString().slice(5, 16);
  const date = day === undefined ? today : `${day} ${year ?? new Date(now).getFullYear()}`;
  // It leaves the seconds out: the minute has to be over.
  const until = Date.parse(`${date} ${hour}:${minutes} ${half} ${zone}`) + MINUTE_MS;
  if (until > now) return until;
  // Soon after midnight is told so the evening before.
  return words.toLowerCase() === "resets" && day === undefined ? until + DAY_MS : null;
}
