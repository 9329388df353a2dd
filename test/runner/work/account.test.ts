import { expect, test } from "vitest";
import type { RunEvent } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import { openAccount } from "../../../src/runner/work/account.ts";

test("a worker tells what it used since; what is noted is the run so far, so the last line alone says all", () => {
  const noted: RunEvent[] = [];
  let at = 0;
  const account = openAccount({
    note: (event) => noted.push(event),
    now: () => at,
    onSpending() {},
    priceOf: (model, { input, output }) => (model === "known" ? (input + output) / 1000 : null),
  });
  for (const input of [100, 0, 50]) {
    at += 2_000;
    account.addTokens({ input, output: 10, cached: 5 }, "known");
  }
  expect(noted.filter(({ kind }) => kind === "usage")).toMatchObject([{ input: 100 }, { input: 100 }, { input: 150 }]);
  expect(noted.at(-2)).toEqual({ at, kind: "usage", input: 150, output: 30, cached: 15 });
  expect(noted.at(-1)).toEqual({ at, kind: "cost", usd: 0.18, source: "priced" });
});

test("what was told too soon after the last note is noted in time, also when nothing more is told", () => {
  const noted: RunEvent[] = [];
  let at = 10_000;
  const account = openAccount({ note: (event) => noted.push(event), now: () => at, onSpending() {}, priceOf: null });
  account.addCost(0.1, "reported");
  at += 500;
  account.addCost(0.2, "reported");
  account.tick();
  expect(noted).toHaveLength(1);
  at += 600;
  account.tick();
  account.tick();
  expect(noted).toEqual([expect.anything(), { at, kind: "cost", usd: 0.2, source: "reported" }]);
});
