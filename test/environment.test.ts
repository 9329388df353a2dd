import { execFileSync } from "node:child_process";
import { homedir, tmpdir } from "node:os";
import { expect, test } from "vitest";

test("a test sees no home, no git configuration and no repository but its own", () => {
  const git = (...args: string[]) => execFileSync("git", args, { encoding: "utf8", cwd: tmpdir() }).trim();
  expect(homedir()).toContain("git-mission-test-");
  expect(tmpdir()).toContain("git-mission-test-");
  expect(git("config", "user.email")).toBe("test@example.com");
  expect(git("config", "--list", "--show-scope")).not.toMatch(/^system/m);
  expect(process.env).not.toHaveProperty("GIT_DIR");
  expect(() => execFileSync("git", ["rev-parse"], { cwd: tmpdir(), stdio: "ignore" })).toThrow();
});
