import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { helpText } from "../../src/cli/help.ts";

const page = readFileSync(join(import.meta.dirname, "../../man/git-mission.1"), "utf8");

test("the man page and the help text name the same commands in the same order", () => {
  const inHelp = [...helpText(true).matchAll(/^ {2}mission ?([a-z-]*)/gm)].map(([, command]) => command);
  const inPage = [...page.matchAll(/^[.]TP\n[.]BI? "?mission ?([a-z-]*)/gm)].map(([, command]) => command);
  expect(inHelp.length).toBeGreaterThan(20);
  expect(inPage).toEqual(inHelp);
});

test("help without --all shows the everyday groups and names the way to the rest", () => {
  const short = helpText(false);
  expect(short).toContain("mission status [THING]");
  expect(short).not.toContain("mission pulse");
  expect(short).toContain("mission help --all");
});
