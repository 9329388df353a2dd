import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import type { ShellCommand } from "../../../src/doors/runtimes/shell.ts";
import { bashShell } from "../../../src/doors/runtimes/shell-bash.ts";

const PATH = process.env.PATH ?? "";

function run(command: string, more: Partial<ShellCommand> = {}) {
  return bashShell.run({
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

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
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
  const start = performance.now();
  const result = await run("trap '' TERM; echo up; while :; do sleep 0.05; done", { timeoutMs: 300 });
  expect(result).toMatchObject({ ended: "timeout", signal: "SIGKILL", exitCode: null, output: "up\n" });
  expect(performance.now() - start).toBeLessThan(3_000);
});

test("a stop ends it", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  expect(await run("sleep 30", { stop: controller.signal })).toMatchObject({ ended: "stopped" });
  expect(await run("sleep 30", { stop: controller.signal })).toMatchObject({ ended: "stopped" });
});

test("what it leaves in its group is gone with it", async () => {
  const { output } = await run("sleep 60 & echo $!");
  await pause(50);
  expect(isAlive(Number(output))).toBe(false);
});

test("a child in another session that holds the output open does not hold the answer up", async () => {
  const pidFile = join(tmpdir(), "setsid.pid");
  const start = performance.now();
  const result = await run(`setsid sleep 60 & echo $! > ${pidFile}; echo done`);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
  expect(existsSync(pidFile)).toBe(true);
  process.kill(Number(readFileSync(pidFile, "utf8")), "SIGKILL");
});

test("of much output the beginning and the end are kept", async () => {
  const { output } = await run("echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last");
  expect(output.length).toBeLessThan(11_000);
  expect(output).toMatch(/^first\n/);
  expect(output).toMatch(/\[\d+ bytes left out\]/);
  expect(output).toMatch(/last\n$/);
});

test("a missing folder is said, not thrown", async () => {
  expect(await run("true", { cwd: join(tmpdir(), "nowhere") })).toMatchObject({
    ended: "spawn-failed",
    exitCode: null,
  });
});

test("after a TERM the whole group has the grace to put things in order", async () => {
  const file = join(tmpdir(), "checkpoint");
  const child = `trap 'sleep 0.3; echo saved > ${file}; exit' TERM; while :; do sleep 0.02; done`;
  const result = await run(`bash -c "${child}" & wait`, { timeoutMs: 300, killGraceMs: 3_000 });
  expect(result.ended).toBe("timeout");
  expect(readFileSync(file, "utf8")).toBe("saved\n");
});
