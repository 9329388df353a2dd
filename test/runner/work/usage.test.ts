import { expect, test } from "vitest";
import {
  countCost,
  countMoreTokens,
  countTokens,
  NOTHING_SPENT,
  overBudget,
  settleUsage,
} from "../../../src/runner/work/usage.ts";
import { anOrder, aRuntime } from "../orders.ts";

const reserve = { usd: 3, tokens: 50_000 };

test("figures only grow, whatever is reported later", () => {
  let tally = countCost(countTokens(NOTHING_SPENT, { input: 100, output: 10, cached: 5 }), 0.5, "reported");
  for (const usd of [0.1, -1, Number.NaN, Number.POSITIVE_INFINITY]) tally = countCost(tally, usd, "reported");
  tally = countTokens(tally, { input: 50, output: Number.NaN, cached: 7 });
  expect(tally).toMatchObject({ usd: 0.5, input: 100, output: 10, cached: 7 });
});

test("what is reported outweighs what was computed, whichever is more and whichever comes last", () => {
  const priced = countCost(NOTHING_SPENT, 0.9, "priced");
  const reported = countCost(priced, 0.2, "reported");
  expect(reported).toMatchObject({ usd: 0.2, source: "reported" });
  expect(countCost(reported, 5, "priced")).toMatchObject({ usd: 0.2, source: "reported" });
  expect(countCost(priced, 1, "priced")).toMatchObject({ usd: 1, source: "priced" });
});

test("a figure that can't be true is none", () => {
  for (const usd of [-1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(countCost(NOTHING_SPENT, usd, "reported")).toEqual(NOTHING_SPENT);
});

test("where no model answered no tokens are assumed either", () => {
  const unused = countCost(NOTHING_SPENT, 0, "reported");
  expect(settleUsage(unused, anOrder(), reserve, 2)).toMatchObject({
    costUsd: 0,
    costSource: "reported",
    tokensIn: 0,
    tokensOut: 0,
  });
});

test("what is told as more adds up, and nothing that is no figure does harm", () => {
  let tally = countMoreTokens(NOTHING_SPENT, { input: 100, output: 10, cached: 5 });
  tally = countMoreTokens(tally, { input: 50, output: -3, cached: Number.NaN });
  expect(tally).toMatchObject({ counted: true, input: 150, output: 10, cached: 5 });
});

test("a runtime that says nothing costs what was reserved", () => {
  expect(settleUsage(NOTHING_SPENT, anOrder({ limits: { usd: null } }), reserve, 2)).toEqual({
    costUsd: 3,
    costSource: "assumed",
    tokensIn: 50_000,
    tokensOut: 0,
    tokensCached: 0,
    minutes: 2,
  });
  expect(settleUsage(NOTHING_SPENT, anOrder({ limits: { usd: 1.5 } }), reserve, 2).costUsd).toBe(1.5);
});

test("a runtime without cost costs nothing", () => {
  const order = anOrder({ runtime: aRuntime(["x"], { cost: "none" }) });
  expect(settleUsage(NOTHING_SPENT, order, reserve, 2)).toMatchObject({
    costUsd: 0,
    costSource: "reported",
    tokensIn: 0,
  });
});

test("what was reported is what it cost", () => {
  const tally = countCost(countTokens(NOTHING_SPENT, { input: 1, output: 2, cached: 3 }), 0.25, "priced");
  expect(settleUsage(tally, anOrder(), reserve, 1)).toMatchObject({
    costUsd: 0.25,
    costSource: "priced",
    tokensIn: 1,
    tokensOut: 2,
    tokensCached: 3,
  });
});

test("money and tokens have their limits, cached tokens have not", () => {
  const limits = { usd: 1, tokens: 100 };
  expect(overBudget(countCost(NOTHING_SPENT, 1, "reported"), limits)).toBeNull();
  expect(overBudget(countCost(NOTHING_SPENT, 1.01, "reported"), limits)).toContain("USD");
  expect(overBudget(countTokens(NOTHING_SPENT, { input: 60, output: 41, cached: 0 }), limits)).toContain("tokens");
  expect(overBudget(countTokens(NOTHING_SPENT, { input: 60, output: 0, cached: 10_000 }), limits)).toBeNull();
  expect(overBudget(countCost(NOTHING_SPENT, 9, "reported"), { usd: null, tokens: null })).toBeNull();
});
