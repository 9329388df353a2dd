import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../../src/doors/git-process.ts";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { openRunFolder } from "../../../src/doors/runtimes/run-folder/run-folder.ts";
import { openStateFolder } from "../../../src/doors/state-folder.ts";
import type { Workspaces } from "../../../src/doors/workspace.ts";
import { makeWorkspaces } from "../../../src/doors/workspace-clone.ts";
import { commitFiles, git, temporaryFolder, temporaryRepository } from "../../helpers/repositories.ts";
import { waitFor } from "../../helpers/wait.ts";
import { openMemoryGit } from "../git/memory-git.ts";
import { makeStore } from "../git/repository.ts";
import { Chance } from "../time/chance.ts";
import { Schedule } from "../time/schedule.ts";
import { inspectFolder, writeFile } from "../world/folders.ts";
import { Host } from "../world/host.ts";
import { makeLocalRepository } from "../world/seed-repository.ts";
import {
  describeProcessesContract,
  describeStateContract,
  describeWorkspacesContract,
  type ProcessesUnderTest,
  playState,
  type StateUnderTest,
  type WorkspacesUnderTest,
} from "./contracts.ts";
import { openMemoryProcesses } from "./processes.ts";
import { openMemoryRunFiles } from "./run-files.ts";
import { openMemoryState } from "./state-folder.ts";
import { openMemoryWorkspaces } from "./workspaces.ts";

const real = makeProcesses();

function calmSchedule(): Schedule {
  const chance = new Chance(1);
  const onError = (_process: unknown, error: unknown) => {
    throw error;
  };
  return new Schedule({ chance, yields: 0, kills: () => false, trace: null, onError });
}

function realState(): StateUnderTest {
  const home = temporaryFolder("state");
  const state = openStateFolder({ gitDir: "/somewhere/.git", env: { XDG_STATE_HOME: home }, processes: real });
  const self = real.self();
  const dead = { ...self, pid: 2 ** 22 + 1, startedAt: "1" };
  return {
    state,
    self,
    dead,
    lockAsDead(name) {
      mkdirSync(join(state.path, "locks"), { recursive: true });
      writeFileSync(join(state.path, "locks", `${name}.abandoned`), JSON.stringify(dead));
    },
  };
}

function memoryState(): StateUnderTest {
  const schedule = calmSchedule();
  const host = new Host("host-1", schedule);
  const self = host.adopt(schedule.makeProcess("test", host.name));
  const dead = { ...self, pid: self.pid + 1, startedAt: "0" };
  const state = openMemoryState({
    disk: host.state,
    path: "/state",
    host: "sim-host-1",
    self,
    liveness: (owner) => host.liveness(owner),
    now: () => host.now(),
    sleep: async () => {},
    act: () => true,
    chance: () => 0.5,
    removeFolder: () => {},
  });
  return { state, self, dead, lockAsDead: (name) => void host.state.locks.set(name, dead) };
}

describeStateContract("on disk", realState);
describeStateContract("in memory", memoryState);

test("The same calls are answered alike by the state folder on disk and in memory", async () => {
  for (let seed = 1; seed <= 8; seed += 1) {
    const [onDisk, inMemory] = [await playState(realState(), seed, 40), await playState(memoryState(), seed, 40)];
    expect(inMemory, `seed ${seed}`).toEqual(onDisk);
  }
});

function realProcesses(): ProcessesUnderTest {
  return {
    processes: real,
    start() {
      const child = spawn("sleep", ["60"], { stdio: "ignore", detached: true });
      const owner = real.identify(child.pid ?? 0);
      if (owner === null) throw new Error("the sleeper did not start");
      return owner;
    },
    ended: (owner) => waitFor("its end", () => real.liveness(owner) === "dead"),
  };
}

function memoryProcesses(): ProcessesUnderTest {
  const schedule = calmSchedule();
  const host = new Host("host-1", schedule);
  const process = schedule.makeProcess("test", host.name);
  const self = host.adopt(process);
  const processes = openMemoryProcesses({ schedule, host, process, self, startRun: () => null });
  const start = () => host.adopt(schedule.makeProcess("sleeper", host.name));
  return { processes, start, ended: async () => {} };
}

describeProcessesContract("of the system", realProcesses);
describeProcessesContract("in memory", memoryProcesses);

async function realWorkspaces(): Promise<WorkspacesUnderTest> {
  const own = temporaryRepository();
  commitFiles(own, { "a.txt": "a\n", "src/b.txt": "b\n" }, "first");
  const first = git(own, "rev-parse", "HEAD");
  commitFiles(own, { "a.txt": "aa\n" }, "second");
  const files = openRunFolder(temporaryFolder("run"), { logBytes: 0 });
  return {
    git: openGit({ cwd: own, env: process.env }),
    workspaces: makeWorkspaces({ env: process.env, identity: { name: "Worker", email: "worker@example.com" } }),
    commits: [first, git(own, "rev-parse", "HEAD")],
    files,
    write: (path, text) => writeFileSync(join(files.workspace, path), text),
  };
}

async function memoryWorkspaces(): Promise<WorkspacesUnderTest> {
  const schedule = calmSchedule();
  const host = new Host("host-1", schedule);
  const seeded = { store: makeStore(), files: { "a.txt": "a\n", "src/b.txt": "b\n" } };
  const { disk, repository } = makeLocalRepository(seeded, host.name, null);
  const door = openMemoryGit({
    disk,
    gitDir: repository.gitDir,
    network: new Map(),
    outside: { step: async () => {}, remote: async () => "answered" },
    identity: null,
  });
  const first = repository.refs.get("refs/heads/main") ?? "";
  const blob = await door.writeBlob(Buffer.from("aa\n"));
  const tree = await door.writeFiles(
    (await door.readCommit(first))?.tree ?? "",
    new Map([["a.txt", { mode: "100644", oid: blob }]]),
  );
  const who = { name: "Anna", email: "anna@example.com" };
  const second = await door.writeCommit({
    tree,
    parents: [first],
    message: "more\n",
    author: who,
    committer: who,
    at: 0,
  });
  /** In a process of the world, to its end. */
  const drive = async (work: (workspaces: Workspaces) => Promise<void>): Promise<void> => {
    schedule.start("test", host.name, (process) => work(openMemoryWorkspaces({ schedule, process, disk, repository })));
    await schedule.run(Number.MAX_SAFE_INTEGER, 1_000);
  };
  const openFiles = openMemoryRunFiles({
    disk: host.state,
    act: () => true,
    inspect: (path) => inspectFolder(disk, path),
  });
  const files = openFiles("/host-1/state/runs/r1", { logBytes: 0 });
  return {
    git: door,
    workspaces: {
      makeClone: (order) => drive((workspaces) => workspaces.makeClone(order)),
      remove: (path) => drive((workspaces) => workspaces.remove(path)),
    },
    commits: [first, second],
    files,
    write: (path, text) => writeFile(disk, files.workspace, path, text),
  };
}

describeWorkspacesContract("on disk", realWorkspaces);
describeWorkspacesContract("in memory", memoryWorkspaces);
