import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lastValue, normalizeKey, parseConfig } from "../../../src/doors/git/refs/config.ts";
import { openGit } from "../../../src/doors/git-process.ts";
import { git, temporaryFolder, temporaryRepository } from "../../helpers/repositories.ts";

const ODD = String.raw`# comment
[core]
	bare = false ; a comment
	Name = "quoted # no comment" and more   # comment
[remote "My.Remote"]
	URL = https://example.com/a\"b\\c
	fetch = +refs/heads/*:refs/remotes/o/*
	fetch = second
[branch.old] merge = x
[a "with \"quotes\""]
	on
	off =
	long = one \
  two
	tab = a\tb
	spaces = "  kept  "
	inner = a   b
`;

test("a configuration file is read as git reads it", () => {
  const file = join(temporaryFolder(), "config");
  writeFileSync(file, ODD);
  const printed = git(".", "config", "--file", file, "--list", "-z").split("\0").filter(Boolean);
  const expected = new Map<string, string[]>();
  for (const entry of printed) {
    const [key = "", ...value] = entry.split("\n");
    expected.set(normalizeKey(key), [
      ...(expected.get(normalizeKey(key)) ?? []),
      entry.includes("\n") ? value.join("\n") : "true",
    ]);
  }
  expect(parseConfig(ODD)).toEqual(expected);
});

test("the last value counts, and case only between the dots", () => {
  const config = parseConfig(ODD);
  expect(lastValue(config, "Remote.My.Remote.Fetch")).toBe("second");
  expect(lastValue(config, "remote.my.remote.fetch")).toBeNull();
});

test("settings of the person are seen, and what was written is read back", async () => {
  const folder = temporaryRepository();
  git(folder, "config", "--global", "user.signingKey", "ABC");
  const door = openGit({ cwd: folder, env: process.env });
  expect(await door.readConfig("user.signingkey")).toBe("ABC");
  await door.writeConfig("mission.default", "trunk");
  await door.writeConfig("user.signingKey", "local");
  expect(await door.readConfig("mission.default")).toBe("trunk");
  expect(await door.readConfig("user.signingKey")).toBe("local");
});

test("our own keys are found in an included file too", async () => {
  const folder = temporaryRepository();
  writeFileSync(join(folder, ".git", "more"), "[mission]\n\tremote = upstream\n");
  git(folder, "config", "include.path", "more");
  expect(await openGit({ cwd: folder, env: process.env }).readConfig("mission.remote")).toBe("upstream");
});

test("the person's identity is what git would use, and null where git has to guess", async () => {
  const folder = temporaryRepository();
  const door = openGit({ cwd: folder, env: process.env });
  expect(await door.readIdentity()).toEqual({ name: "Test Person", email: "test@example.com" });
  const nobody = openGit({ cwd: folder, env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" } });
  expect(await nobody.readIdentity()).toBeNull();
});
