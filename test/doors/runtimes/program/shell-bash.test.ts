import { realpathSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import type { ShellCommand } from "../../../../src/doors/runtimes/program/shell.ts";
import { bashShell } from "../../../../src/doors/runtimes/program/shell-bash.ts";
import { best, containments } from "../../../helpers/containments.ts";
import { processesWith, until } from "../../../runner/world.ts";

const PATH = process.env.PATH ?? "";

describe.each(containments)("%s", (_title, containment) => {
  function run(command: string, more: Partial<ShellCommand> = {}) {
    return bashShell(containment).run({
      command,
      cwd: tmpdir(),
      env: { PATH },
      timeoutMs: 10_000,
      killGraceMs: 300,
      stop: new AbortController().signal,
      keepBytes: 10_000,
      onLine: () => {},
      ...more,
    });
  }

  test("answers exit code and output of both streams", async () => {
    const lines: string[] = [];
    const result = await run("echo out; echo err >&2; exit 3", { onLine: (line) => lines.push(line) });
    expect(result).toMatchObject({ exitCode: 3, signal: null, ended: "exited" });
    expect(result.output.trim().split("\n").sort()).toEqual(["err", "out"]);
    expect(lines.sort()).toEqual(["err", "out"]);
  });

  test("gives the command its environment and nothing else", async () => {
    process.env.LEAKED_VARIABLE = "leaked";
    const { output } = await run("env", { env: { PATH, GIVEN: "yes" } });
    expect(output).toContain("GIVEN=yes");
    expect(output).not.toContain("leaked");
  });

  test("a command that reads its input finds its end", async () => {
    expect(await run("cat; read -r line; echo through")).toMatchObject({ exitCode: 0, output: "through\n" });
  });

  test("after the time it is ended, also when it ignores TERM", async () => {
    const result = await run("trap '' TERM; echo up; while :; do sleep 0.05; done", { timeoutMs: 300 });
    expect(result).toMatchObject({ ended: "timeout", signal: "SIGKILL", exitCode: null, output: "up\n" });
  });

  test("a stop ends it", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    expect(await run("sleep 30", { stop: controller.signal })).toMatchObject({ ended: "stopped" });
    expect(await run("sleep 30", { stop: controller.signal })).toMatchObject({ ended: "stopped" });
  });

  test("what it leaves in its group is gone with it", async () => {
    const { exitCode } = await run("sleep 600.171 & sleep 600.172 & true");
    expect(exitCode).toBe(0);
    await until("they are gone", () => processesWith("600.17").length === 0);
  });

  test("a child in another session that holds the output open does not hold the answer up", async () => {
    const result = await run("setsid sleep 600.181 & until pgrep -f 600.181 >/dev/null; do :; done; echo done");
    expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
    const left = processesWith("600.181");
    for (const pid of left) process.kill(pid, "SIGKILL");
    expect(left).toHaveLength(containment.kind === "namespace" ? 0 : 1);
  });

  test("of much output the beginning and the end are kept", async () => {
    const { output } = await run("echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last");
    expect(output.length).toBeLessThan(11_000);
    expect(output).toMatch(/^first\n/);
    expect(output).toMatch(/\[\d+ bytes left out\]/);
    expect(output).toMatch(/last\n$/);
  });

  test.each([
    ["exit 7", { exitCode: 7, signal: null }],
    ["exit 137", { exitCode: 137, signal: null }],
    ["kill -KILL $$", { exitCode: null, signal: "SIGKILL" }],
    ["kill -TERM $$", { exitCode: null, signal: "SIGTERM" }],
    ["kill -SEGV $$", { exitCode: null, signal: "SIGSEGV" }],
    ["kill -PIPE $$", { exitCode: null, signal: "SIGPIPE" }],
    ["echo Killed >&2; exit 139", { exitCode: 139, signal: null }],
  ])("how it ends is told as it was: %s", async (command, end) => {
    expect(await run(command)).toMatchObject({ ended: "exited", ...end });
  });

  test("it is the same person in the same place, with an empty input and no terminal", async () => {
    const { output } = await run("id -un; pwd; cat; tty; (echo > /dev/tty) 2>/dev/null || echo none");
    expect(output.split("\n")).toEqual([userInfo().username, realpathSync(tmpdir()), "not a tty", "none", ""]);
  });
});

test.runIf(best.kind === "namespace")("in a pid namespace nothing outlives it, whatever it throws away", async () => {
  const daemon = "env -i setsid bash -c 'trap \"\" TERM HUP; (sleep 600.191 &) ; sleep 600.192' >/dev/null 2>&1 &";
  const { exitCode } = await bashShell(best).run({
    command: `${daemon} until [ $(pgrep -fc '^sleep 600.19') = 2 ]; do sleep 0.01; done`,
    cwd: tmpdir(),
    env: { PATH },
    timeoutMs: 20_000,
    killGraceMs: 300,
    stop: new AbortController().signal,
    keepBytes: 1_000,
    onLine: () => {},
  });
  expect(exitCode).toBe(0);
  expect(processesWith("600.19")).toEqual([]);
});
