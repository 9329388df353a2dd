import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeTrouble } from "../../src/cli/machine-trouble.ts";
import { GitError } from "../../src/doors/git.ts";
import { writeWhole } from "../../src/doors/state/durable.ts";
import { temporaryFolder } from "../helpers/repositories.ts";

const failed = (code: string) => Object.assign(new Error(`${code}: words of the system, write`), { code });

it.each([
  [failed("ENOSPC"), "the disk is full", "make room"],
  [failed("EROFS"), "can only be read", "make it writable"],
  [failed("EMFILE"), "too many files are open", "ulimit"],
  [new GitError(["write-tree"], 128, "fatal: unable to write file: No space left on device"), "is full", "make room"],
  [new GitError(["fsck"], 128, "fatal: bad object"), "git fsck ended with 128: fatal: bad object", "mission doctor"],
])("%s is told in words, with the one next step", (error, words, next) => {
  const told = describeTrouble(error);
  expect(told?.message).toContain(words);
  expect(told?.next).toContain(next);
  expect(told?.exitCode).toBe(4);
});

it.each([
  ["a file in its way", "file/state"],
  ["a name that is too long", "x".repeat(300)],
])("a state folder with %s is told, with the variable that moves it", (_title, path) => {
  const home = temporaryFolder("home");
  writeFileSync(join(home, "file"), "");
  let told: ReturnType<typeof describeTrouble> = null;
  try {
    writeWhole(join(home, path, "host.json"), "");
  } catch (error) {
    told = describeTrouble(error);
  }
  expect(told?.message).toContain("the state folder can't be written");
  expect(told?.next).toContain("XDG_STATE_HOME");
  expect(told?.exitCode).toBe(4);
});

it("a bug of ours stays one", () => {
  expect(describeTrouble(new TypeError("x is not a function"))).toBeNull();
  expect(describeTrouble(failed("ERR_INVALID_ARG_TYPE"))).toBeNull();
});
