import { expect, test } from "vitest";
import { loadPrices } from "../../src/doors/prices.ts";

test("tokens from a cache cost less than others, and a model without a price has none", async () => {
  const priceOf = await loadPrices();
  const fresh = priceOf("claude-sonnet-4-5", { input: 1_000_000, output: 0, cached: 0 }) ?? 0;
  const cached = priceOf("claude-sonnet-4-5", { input: 0, output: 0, cached: 1_000_000 }) ?? 0;
  expect(cached).toBeGreaterThan(0);
  expect(fresh).toBeGreaterThan(5 * cached);
  expect(priceOf("a model of nobody", { input: 1, output: 1, cached: 1 })).toBeNull();
});
