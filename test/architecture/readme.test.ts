/** test/README.md names tests as proof: each of them is there. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const tests = join(import.meta.dirname, "..");
const readme = readFileSync(join(tests, "README.md"), "utf8");

/** `file` *title*, *another title of that file*. */
const NAMED = /`([a-z-]+(?:\/[a-z-]+)+)`((?:,? \*[^*]+\*)*)/g;

test("every test that the README names is there", () => {
  const missing = [...readme.matchAll(NAMED)].flatMap(([, path = "", titles = ""]) => {
    const file = join(tests, `${path}.test.ts`);
    if (!existsSync(file)) return [path];
    const text = readFileSync(file, "utf8");
    const named = [...titles.matchAll(/\*([^*]+)\*/g)].map(([, title = ""]) => title);
    return named.filter((title) => !text.includes(title)).map((title) => `${path}: ${title}`);
  });
  expect(missing).toEqual([]);
});
