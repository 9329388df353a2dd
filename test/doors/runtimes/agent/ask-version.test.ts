import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { askVersion } from "../../../../src/doors/runtimes/agent/ask-version.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";

function ask(script: string, timeoutMs = 60_000) {
  const program = join(temporaryFolder(), "agent");
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return askVersion(program, { env: { PATH: process.env.PATH }, cwd: "/", timeoutMs });
}

it.each([
  ["2.1.197 (Claude Code)", "2.1.197"],
  ["codex-cli 0.169.0", "0.169.0"],
  ["v0.61.0-nightly.20261101", "0.61.0-nightly.20261101"],
])("of %s the version is %s", async (words, version) => {
  expect(await ask(`echo warned >&2; echo "${words}"`)).toEqual({ kind: "version", version });
});

it("a program that fails is told by the line that says what is wrong", async () => {
  expect(await ask("echo 'Error: claude native binary not installed.' >&2; exit 1")).toEqual({
    kind: "error",
    text: "Error: claude native binary not installed.",
  });
  expect(await ask("echo first; echo second; exit 3")).toEqual({ kind: "error", text: "first" });
  expect(await ask("exit 3")).toEqual({ kind: "error", text: "exit code 3" });
  expect(await ask("echo fine")).toEqual({ kind: "error", text: "fine" });
});

it("one that is not there, or no program, is an error too", async () => {
  const answer = await askVersion("/nowhere/agent", { env: {}, cwd: "/", timeoutMs: 60_000 });
  expect(answer).toMatchObject({ kind: "error", text: expect.stringContaining("ENOENT") });
});

it("one that hangs, with a child that holds its output, is ended with it", async () => {
  expect(await ask("trap '' TERM; sleep 1000 & sleep 1000", 200)).toEqual({ kind: "silent" });
});

it("of a flood only the beginning is kept", async () => {
  expect(await ask("echo 1.2.3; head -c 5000000 /dev/zero | tr '\\0' x")).toEqual({
    kind: "version",
    version: "1.2.3",
  });
});
