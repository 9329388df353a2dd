import fc from "fast-check";
import { expect, it, test } from "vitest";
import {
  briefBudget,
  budgetTexts,
  costText,
  countText,
  moneyText,
  sourcedCostText,
  usdText,
} from "../../src/view/money.ts";
import { clockText, dateText, dayText, durationText, isoText, momentText } from "../../src/view/time.ts";
import { aPage, NO_BUDGET, NOW } from "./world.ts";

const MINUTE = 60_000;

test.each([
  [0, "0 s"],
  [59_999, "59 s"],
  [12 * MINUTE, "12 min"],
  [60 * MINUTE, "1 h"],
  [130 * MINUTE, "2 h 10 min"],
  [76 * 60 * MINUTE, "3 d 4 h"],
  [-5, "0 s"],
])("%i ms is %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

it("writes times on the reader's clock", () => {
  const page = { ...aPage(), zone: () => 120 };
  expect(dateText(NOW, page)).toBe("2026-11-20 16:02");
  expect(dayText(NOW + 9 * 60 * MINUTE, page)).toBe("2026-11-21");
  expect(clockText(NOW + 7000, page)).toBe("16:02:07");
  expect(momentText(NOW, page)).toBe("16:02");
  expect(momentText(NOW - 24 * 60 * MINUTE, page)).toBe("2026-11-19 16:02");
});

it("counts days as JavaScript does, without its clock", () => {
  const anyTime = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(anyTime, (date) => {
      expect(isoText(date.getTime())).toBe(date.toISOString());
    }),
  );
});

test.each([
  [0, "0.00 USD"],
  [0.001, "<0.01 USD"],
  [1.843, "1.84 USD"],
  [1204, "1204.00 USD"],
])("%d dollars are %s", (usd, text) => {
  expect(usdText(usd)).toBe(text);
});

test.each([
  [0, "0"],
  [999, "999"],
  [1400, "1k"],
  [999_600, "1M"],
  [4_120_000, "4.1M"],
])("%i tokens are %s", (count, text) => {
  expect(countText(count)).toBe(text);
});

it("tells assumed cost from known cost", () => {
  const cost = { usd: 3, reported: 2, priced: 0, assumed: 1, subscription: 0, minutes: 72, tokens: 2000 };
  expect(costText(cost)).toBe("3.00 USD (1.00 assumed), 1 h 12 min, 2k tokens");
  expect(costText({ ...cost, assumed: 3, reported: 0 })).toBe("3.00 USD (assumed), 1 h 12 min, 2k tokens");
});

it("tells what a subscription pays for from what is a bill", () => {
  const cost = { usd: 3, reported: 2, priced: 1, assumed: 0, subscription: 3, minutes: 0, tokens: 0 };
  expect(moneyText(cost)).toBe("3.00 USD (subscription)");
  expect(costText({ ...cost, assumed: 1, subscription: 2 })).toBe("3.00 USD (1.00 assumed, 2.00 subscription)");
  expect(moneyText({ ...cost, assumed: 3 })).toBe("3.00 USD (assumed, subscription)");
  expect(sourcedCostText(cost)).toBe("3.00 USD (2.00 reported, 1.00 priced, subscription)");
  expect(moneyText({ usd: 0, assumed: 0, subscription: 0 })).toBe("");
});

it("shows of a budget what is limited or used", () => {
  expect(budgetTexts(NO_BUDGET)).toEqual([]);
  expect(
    budgetTexts({
      ...NO_BUDGET,
      usd: { limit: 200, reported: 40, priced: 1, assumed: 0.2, subscription: 0, reserved: 7 },
    }),
  ).toEqual(["41.20 of 200 USD (0.20 assumed, 7.00 reserved)"]);
  const paid = { limit: 20, reported: 10, priced: 0, assumed: 5, subscription: 15, reserved: 2 };
  expect(budgetTexts({ ...NO_BUDGET, usd: paid })).toEqual([
    "15.00 of 20 USD (5.00 assumed, subscription, 2.00 reserved)",
  ]);
  expect(briefBudget({ ...NO_BUDGET, usd: paid })).toBe("15.00 of 20 USD (5.00 assumed, subscription)");
  expect(budgetTexts({ ...NO_BUDGET, tokens: { limit: 30_000_000, spent: 4_100_000, reserved: 0 } })).toEqual([
    "4.1M of 30M tokens",
  ]);
});
