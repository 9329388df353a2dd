import { expect, test } from "vitest";
import { openSearch, type Search } from "../../../../src/doors/runtimes/run-folder/search.ts";

function open(pattern: string, timeoutMs = 2_000): Search {
  const search = openSearch(pattern, timeoutMs);
  if ("invalid" in search) throw new Error(search.invalid);
  return search;
}

test("a pattern is found or absent, line by line", async () => {
  const search = open("^b+$");
  expect([await search.find("a\nbbb\nc"), await search.find("abbb"), await search.find("b")]).toEqual([
    "found",
    "absent",
    "found",
  ]);
  search.close();
});

test("a broken pattern is said", () => {
  expect(openSearch("(", 100)).toHaveProperty("invalid");
});

test("a pattern that goes back for ever is ended, and the event loop goes on meanwhile", async () => {
  const search = open("^(a+)+$", 300);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 20);
  expect(await search.find(`${"a".repeat(40)}b`)).toBe("timeout");
  clearInterval(timer);
  expect(ticks).toBeGreaterThan(5);
  expect(await search.find("a")).toBe("timeout");
});
