/**
 * How one property of a fact becomes trailers and comes back. A field is named after its trailer; one that can't be read
 * throws `UnreadableField`, which makes the record as a whole unreadable and nothing else.
 */

import { parseDuration, printDate, printDuration } from "./scalar.ts";
import { findTrailer, type Trailer } from "./trailers.ts";

export interface Field<T> {
  print(value: T): readonly Trailer[];
  parse(trailers: readonly Trailer[]): T;
}

export class UnreadableField extends Error {}

/** A field of one trailer. */
function single<T>(key: string, print: (value: T) => string, parse: (text: string) => T): Field<T> {
  return {
    print: (value) => [[key, print(value)]],
    parse: (trailers) => {
      const text = findTrailer(trailers, key);
      if (text === null) throw new UnreadableField(`${key} is missing`);
      return parse(text);
    },
  };
}

export function text(key: string): Field<string> {
  return single(key, String, String);
}

/** One of the given words: another one is of a newer version, and guessing what it means could be unsafe. */
export function word<T extends string>(key: string, words: readonly T[]): Field<T> {
  return single(key, String, (given) => readWord(key, words, given));
}

export function readWord<T extends string>(key: string, words: readonly T[], given: string): T {
  const known = words.find((each) => each === given);
  if (known === undefined) throw new UnreadableField(`${key} is none of ${words.join(", ")}: ${given.slice(0, 80)}`);
  return known;
}

/** A number from zero up. Anything else was never measured by anyone: money and counts must not be lowered by nonsense. */
export function amount(key: string): Field<number> {
  return single(
    key,
    (value) => printAmount(key, value),
    (given) => readAmount(key, given),
  );
}

function printAmount(key: string, value: number): string {
  if (!(Number.isFinite(value) && value >= 0))
    throw new RangeError(`${key} of a record must be a number from 0 up, is ${value}`);
  return String(value);
}

export function readAmount(key: string, given: string): number {
  const value = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(given) ? Number(given) : Number.NaN;
  if (!Number.isFinite(value)) throw new UnreadableField(`${key} is not a number from 0 up: ${given.slice(0, 80)}`);
  return value;
}

/** Milliseconds, written as `6m`. */
export function duration(key: string): Field<number> {
  return single(key, printDuration, (given) => {
    const milliseconds = parseDuration(given);
    if (milliseconds === null) throw new UnreadableField(`${key} is not a duration: ${given.slice(0, 80)}`);
    return milliseconds;
  });
}

/** Milliseconds since the epoch, written as `2026-11-20T09:30:00.000Z`. */
export function moment(key: string): Field<number> {
  return single(key, printMoment, (given) => {
    const milliseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(given) ? Date.parse(given) : Number.NaN;
    if (Number.isNaN(milliseconds)) throw new UnreadableField(`${key} is not a moment: ${given.slice(0, 80)}`);
    return milliseconds;
  });
}

function printMoment(milliseconds: number): string {
  const pad = (value: number, length = 2) => String(Math.floor(value)).padStart(length, "0");
  const inDay = ((milliseconds % 86_400_000) + 86_400_000) % 86_400_000;
  const clock = `${pad(inDay / 3_600_000)}:${pad((inDay / 60_000) % 60)}:${pad((inDay / 1000) % 60)}`;
  return `${printDate(milliseconds)}T${clock}.${pad(inDay % 1000, 3)}Z`;
}

/** Left out where it is null. */
export function optional<T>(key: string, field: (key: string) => Field<T>): Field<T | null> {
  const inner = field(key);
  return {
    print: (value) => (value === null ? [] : inner.print(value)),
    parse: (trailers) => (findTrailer(trailers, key) === null ? null : inner.parse(trailers)),
  };
}

/** The same of a property that may be left out. */
export function leftOut<T>(key: string, field: (key: string) => Field<T>): Field<T | undefined> {
  const inner = optional(key, field);
  return { print: (value) => inner.print(value ?? null), parse: (trailers) => inner.parse(trailers) ?? undefined };
}

/** One trailer a value. */
export function repeated(key: string): Field<readonly string[]> {
  return {
    print: (values) => values.map((value) => [key, value]),
    parse: (trailers) => trailers.filter((trailer) => trailer[0] === key).map((trailer) => trailer[1]),
  };
}

export type FieldsOf<T> = { readonly [P in keyof T]-?: Field<T[P]> };

/** The fields of an object, printed in the order in which they are given. */
export function group<T extends object>(fields: FieldsOf<T>): Field<T> {
  const entries = Object.entries(fields) as [keyof T, Field<T[keyof T]>][];
  return {
    print: (value) => entries.flatMap(([property, field]) => field.print(value[property])),
    parse: (trailers) => {
      const value: Partial<T> = {};
      for (const [property, field] of entries) value[property] = field.parse(trailers);
      return value as T;
    },
  };
}
