import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseCount,
  parseDateEnd,
  parseDuration,
  printCount,
  printDate,
  printDuration,
} from "../../src/format/scalar.ts";

const DAY_MS = 86_400_000;

describe("durations", () => {
  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["4h", 14_400_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["2d", 2 * DAY_MS],
    ["0s", 0],
  ])("reads %s", (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  it.each(["", "5", "5 m", "-5m", "m", "5min", "1e3s", "5M", " 5m", "1234567890123h"])("refuses %j", (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it("reads what it prints", () => {
    fc.assert(
      fc.property(fc.nat(), (milliseconds) => {
        expect(parseDuration(printDuration(milliseconds))).toBe(milliseconds);
      }),
    );
    expect([90_000, 600_000, 14_400_000, 1].map(printDuration)).toEqual(["90s", "10m", "4h", "1ms"]);
  });
});

describe("counts", () => {
  it.each([
    ["400k", 400_000],
    ["30M", 30_000_000],
    ["1.5M", 1_500_000],
    ["12", 12],
    ["0", 0],
  ])("reads %s", (text, expected) => {
    expect(parseCount(text)).toBe(expected);
  });

  it.each(["", "k", "-1", "1.5", "400K", "30m", "1e6", "1,000", "1234567890123456"])("refuses %j", (text) => {
    expect(parseCount(text)).toBeNull();
  });

  it("reads what it prints", () => {
    fc.assert(
      fc.property(fc.nat(), (count) => {
        expect(parseCount(printCount(count))).toBe(count);
      }),
    );
    expect([30_000_000, 400_000, 1_234].map(printCount)).toEqual(["30M", "400k", "1234"]);
  });
});

describe("days", () => {
  it.each([
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-04-31",
    "2026-1-1",
    "26-01-01",
    "2026-12-24T10:00:00Z",
    "2026-01-00",
    "",
  ])("refuses %j", (text) => {
    expect(parseDateEnd(text)).toBeNull();
  });

  it("ends each day a millisecond before the next one, as the platform counts days", () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1600, 0, 1) / DAY_MS, max: Date.UTC(9999, 11, 31) / DAY_MS }), (day) => {
        const text = new Date(day * DAY_MS).toISOString().slice(0, 10);
        expect(parseDateEnd(text)).toBe((day + 1) * DAY_MS - 1);
        expect(printDate(day * DAY_MS)).toBe(text);
        expect(printDate((day + 1) * DAY_MS - 1)).toBe(text);
      }),
    );
  });
});
