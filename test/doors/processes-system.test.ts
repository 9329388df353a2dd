import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linuxProcesses, parseStart } from "../../src/doors/processes/linux.ts";
import { parsePsLine } from "../../src/doors/processes/mac.ts";
import type { Started } from "../../src/doors/processes.ts";
import { makeProcesses } from "../../src/doors/processes-system.ts";
import type { Owner } from "../../src/model/run.ts";
import { temporaryFolder } from "../helpers/repositories.ts";
import { waitFor } from "../helpers/wait.ts";

const DOOR = join(import.meta.dirname, "../../src/doors/processes-system.ts");
const processes = makeProcesses();

function sleeper(): Owner {
  const child = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
  const owner = processes.identify(child.pid as number);
  if (owner === null) throw new Error("the sleeper did not start");
  return owner;
}

test("this process is alive and is the one it says", () => {
  const self = processes.self();
  expect(self.pid).toBe(process.pid);
  expect(processes.identify(process.pid)).toEqual(self);
  expect(processes.liveness(self)).toBe("alive");
});

test("a pid that another process has now is dead, and is not signalled", () => {
  const owner = sleeper();
  const earlier = { ...owner, startedAt: "1" };
  expect(processes.liveness(earlier)).toBe("dead");
  expect(processes.signal(earlier, "SIGKILL", "process")).toBe(false);
  expect(processes.liveness(owner)).toBe("alive");
  expect(processes.signal(owner, "SIGKILL", "group")).toBe(true);
});

test.each([
  ["another boot of this machine", { boot: "other" }, "dead"],
  ["another machine", { machine: "other" }, "foreign"],
  ["another machine and boot", { machine: "other", boot: "other" }, "foreign"],
  ["another container of this boot", { pidNamespace: "pid:[1]" }, "foreign"],
])("a process of %s is %s", (_what, change, expected) => {
  const owner = { ...processes.self(), ...change };
  expect(processes.liveness(owner)).toBe(expected);
  expect(processes.signal(owner, "SIGCONT", "process")).toBe(false);
});

test("neither group 0 nor process 1 is ever signalled", () => {
  const init = processes.identify(1);
  const owners = [{ ...processes.self(), pid: 0 }, { ...processes.self(), pid: -1 }, ...(init ? [init] : [])];
  expect(owners.map((owner) => processes.signal(owner, "SIGCONT", "process"))).toEqual(owners.map(() => false));
});

test("a process that ended is dead, also while its parent has not looked", async () => {
  const owner = sleeper();
  process.kill(owner.pid, "SIGKILL");
  await waitFor("its end", () => processes.liveness(owner) === "dead");
  const folder = temporaryFolder();
  // The parent sleeps and never waits for its child: a zombie.
  const parent = spawn("sh", ["-c", `sh -c 'echo $$ > ${folder}/pid' & exec sleep 60`], { stdio: "ignore" });
  await waitFor(
    "the child's pid",
    () => existsSync(join(folder, "pid")) && readFileSync(join(folder, "pid"), "utf8") !== "",
  );
  const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
  await waitFor("the zombie", () => /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8")));
  expect(processes.identify(pid)).toBeNull();
  parent.kill();
});

test("a program's name may look like the end of its own name", async () => {
  const folder = temporaryFolder();
  const program = join(folder, "a) Z 1 (b");
  copyFileSync(spawnSync("sh", ["-c", "command -v sleep"], { encoding: "utf8" }).stdout.trim(), program);
  const child = spawn(program, ["60"], { stdio: "ignore" });
  await waitFor("its name", () => readFileSync(`/proc/${child.pid}/comm`, "utf8").startsWith("a) Z"));
  const owner = processes.identify(child.pid as number) as Owner;
  expect(owner.startedAt).toMatch(/^\d+$/);
  expect(processes.liveness(owner)).toBe("alive");
  child.kill("SIGKILL");
  await waitFor("its end", () => processes.liveness(owner) === "dead");
});

test("stat lines are read from behind the name", () => {
  const fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4242 20";
  expect(parseStart(`7 (a b) ${fields}`)).toBe("4242");
  expect(parseStart(`7 (x) R 1) ${fields}`)).toBe("4242");
  expect(parseStart(`7 (x) ${fields.replace("S", "Z")}`)).toBeNull();
  expect(parseStart(null)).toBeNull();
});

test("lines of ps are read, zombies are none", () => {
  expect(parsePsLine("Ss   Mon Nov 20 09:13:00 2026")).toBe("Mon Nov 20 09:13:00 2026");
  expect(parsePsLine("Z    Mon Nov 20 09:13:00 2026")).toBeNull();
  expect(parsePsLine(null)).toBeNull();
});

test("a detached program writes to its log and gets only the environment that it was given", async () => {
  const logFile = join(temporaryFolder(), "deep", "log");
  const started = processes.startDetached({
    program: "/bin/sh",
    args: ["-c", "echo out; echo err >&2; env; read word; echo told $word; read line || echo closed"],
    cwd: temporaryFolder(),
    env: { ONLY: "this" },
    logFile,
  });
  const { owner, tell } = started as Started;
  tell("go\n");
  await waitFor("its end", () => processes.liveness(owner) === "dead");
  const log = readFileSync(logFile, "utf8");
  expect(log).toMatch(/^out\nerr\n/);
  expect(log).toContain("ONLY=this");
  expect(log).not.toContain("HOME=");
  expect(log).toContain("told go\nclosed");
});

test("what is told to a program that is gone is nobody's trouble", async () => {
  const logFile = join(temporaryFolder(), "log");
  const started = processes.startDetached({ program: "/bin/true", args: [], cwd: "/", env: {}, logFile });
  // It may be gone before it could be identified.
  if (started !== null) await waitFor("its end", () => processes.liveness(started.owner) === "dead");
  started?.tell("go");
  started?.tell("again");
});

test("a program that does not exist starts nobody", () => {
  const options = { program: "/nowhere/program", args: [], cwd: "/", env: {}, logFile: join(temporaryFolder(), "log") };
  expect(processes.startDetached(options)).toBeNull();
});

test.each([
  ["is killed", "process.kill(process.pid, 'SIGKILL')"],
  ["and its group are interrupted", "process.kill(-process.pid, 'SIGINT')"],
  ["and its group lose their terminal", "process.kill(-process.pid, 'SIGHUP')"],
  ["ends by itself", ""],
])("a detached program lives on when its parent %s", async (_how, end) => {
  const folder = temporaryFolder();
  const source = `
    import { writeFileSync } from "node:fs";
    import { makeProcesses } from ${JSON.stringify(DOOR)};
    const processes = makeProcesses();
    const logFile = ${JSON.stringify(join(folder, "log"))};
    const { owner } = processes.startDetached({ program: "/bin/sleep", args: ["60"], cwd: "/", env: {}, logFile });
    writeFileSync(${JSON.stringify(join(folder, "owner"))}, JSON.stringify(owner));
    ${end}
  `;
  const parent = spawn(process.execPath, ["--input-type=module-typescript", "-e", source], {
    stdio: "ignore",
    detached: true,
  });
  await new Promise((resolve) => parent.once("exit", resolve));
  const owner: Owner = JSON.parse(readFileSync(join(folder, "owner"), "utf8"));
  expect(processes.liveness(owner)).toBe("alive");
  expect(processes.signal(owner, "SIGTERM", "group")).toBe(true);
  await waitFor("its end", () => processes.liveness(owner) === "dead");
});

test("a program that was started and can't be identified is not left waiting for a word", async () => {
  const folder = temporaryFolder();
  const readStart = (pid: number) => (pid === process.pid ? linuxProcesses.readStart(pid) : null);
  const blind = makeProcesses({ ...linuxProcesses, readStart });
  const args = ["-c", `echo $$ > ${folder}/pid; exec cat`];
  const options = { program: "/bin/sh", args, cwd: folder, env: { PATH: "/bin:/usr/bin" } };
  const before = listChildren();
  expect(blind.startDetached({ ...options, logFile: join(folder, "log") })).toBeNull();
  await waitFor("the end of what was started", () => listChildren() === before);
});

function listChildren(): string {
  return readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
}
