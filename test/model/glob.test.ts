import { expect, test } from "vitest";
import { literalPrefix, matchesGlob } from "../../src/model/glob.ts";

test.each([
  ["src/contacts/**", "src/contacts/list.ts", true],
  ["src/contacts/**", "src/contacts/a/b/c.ts", true],
  ["src/contacts/**", "src/contacts", false],
  ["src/contacts/**", "src/deals/list.ts", false],
  ["src/contacts", "src/contacts/list.ts", true],
  ["docs/", "docs/a.md", true],
  ["docs/", "site/docs/a.md", true],
  ["/docs", "site/docs/a.md", false],
  ["AGENTS.md", "packages/api/AGENTS.md", true],
  ["./AGENTS.md", "packages/api/AGENTS.md", true],
  ["*.md", "docs/a.md", true],
  ["*.md", "docs/a.mdx", false],
  ["src/*.ts", "src/a.ts", true],
  ["src/*.ts", "src/a/b.ts", false],
  ["src/?.ts", "src/a.ts", true],
  ["src/?.ts", "src/ab.ts", false],
  ["**/src/**", "src/a", true],
  ["**/src/**", "a/b/src/c/d", true],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/x/y/b/z", true],
  ["a/**/**", "a/b", true],
  ["**", "a", true],
  ["missions/crm/{research,assets}/**", "missions/crm/assets/a.png", true],
  ["missions/crm/{research,assets}/**", "missions/crm/mission.md", false],
  ["{a,b/{c,d}}/x", "b/d/x", true],
  ["{a}/x", "{a}/x", true],
  ["a.c", "abc", false],
  ["[ab].ts", "a.ts", false],
  ["", "a", false],
])("%s on %s is %s", (glob, path, expected) => {
  expect(matchesGlob(glob, path)).toBe(expected);
});

test("no pattern takes long", () => {
  const stars = `${"*a".repeat(30)}b`;
  const folders = `${"**/a/".repeat(30)}b`;
  const braces = "{a,b}".repeat(40);
  const start = performance.now();
  for (const glob of [stars, folders, braces]) matchesGlob(glob, `${"a/".repeat(500)}${"a".repeat(2000)}`);
  expect(performance.now() - start).toBeLessThan(500);
});

test("the literal prefix ends at the first wildcard", () => {
  expect(["/.github/**", "./a/b", "src/{a,b}", "*.md"].map(literalPrefix)).toEqual([".github/", "a/b", "src/", ""]);
});
