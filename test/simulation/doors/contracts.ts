/**
 * What the state folder, the processes and the workspaces of simulated machines have in common with the real ones, as far as
 * protocols stand on it. Each contract is run on both.
 */

import { describe, expect, test } from "vitest";
import type { Git } from "../../../src/doors/git.ts";
import type { StateFolder } from "../../../src/doors/host.ts";
import type { Processes } from "../../../src/doors/processes.ts";
import type { RunFiles } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import type { Workspaces } from "../../../src/doors/workspace.ts";
import type { Order, Owner, Report } from "../../../src/model/run.ts";
import { Chance } from "../time/chance.ts";

export interface StateUnderTest {
  state: StateFolder;
  /** The process that has it open. */
  self: Owner;
  /** A process that ended. */
  dead: Owner;
  /** Takes a lock as a process that is dead now did. */
  lockAsDead(name: string): void;
}

function makeOrder(run: string, owner: Owner, host: string): Order {
  // The folder looks at these parts only.
  return { version: 1, run, mission: "crm", base: "1".repeat(40), owner, host } as unknown as Order;
}

function makeReport(run: string, text: string): Report {
  const fact = { kind: "comment" as const, feature: null, mentions: [] };
  return { run, mission: "crm", records: [{ fact, by: run, homeTip: null, body: text, attachments: {} }], refs: [] };
}

export function describeStateContract(name: string, open: () => StateUnderTest): void {
  describe(`The state folder: ${name}`, () => {
    test("of a dead owner's run tells so, until a live one owns it", async () => {
      const { state, self, dead } = open();
      await state.writeOrder(makeOrder("r1", dead, state.host), "do it");
      expect(state.listRuns().map(({ owner }) => owner)).toEqual(["dead"]);
      state.setOwner("r1", self);
      expect(state.listRuns().map(({ owner }) => owner)).toEqual(["alive"]);
      expect(state.readOrder("r1")?.owner).toEqual(self);
    });

    test("takes another host's run for foreign, whoever owns it", async () => {
      const { state, self } = open();
      await state.writeOrder(makeOrder("r1", self, "elsewhere"), "");
      expect(state.listRuns().map(({ owner }) => owner)).toEqual(["foreign"]);
    });

    test("gives a lock to one at a time, and to the next when it is released, once", async () => {
      const { state } = open();
      const first = await state.lock("host", 0);
      expect(first).not.toBeNull();
      expect(await state.lock("host", 0)).toBeNull();
      const other = await state.lock("beat", 0);
      expect(other).not.toBeNull();
      first?.release();
      const second = await state.lock("host", 0);
      expect(second).not.toBeNull();
      // Late and twice: it takes nothing from the second one.
      first?.release();
      expect(await state.lock("host", 0)).toBeNull();
    });

    test("gives the lock of a dead process away", async () => {
      const { state, lockAsDead } = open();
      lockAsDead("host");
      expect(await state.lock("host", 0)).not.toBeNull();
    });

    test("refuses to close a run that it does not have", () => {
      const { state } = open();
      expect(() => state.closeRun("r1")).toThrow();
      expect(() => state.readOrder("../r1")).toThrow(/not a name/);
    });
  });
}

const RUNS = ["r1", "r2", "r3"];

/** The same calls in the same order on any folder, and what each answered. Paths and hosts are left out: they differ. */
export async function playState({ state, self, dead }: StateUnderTest, seed: number, calls: number): Promise<string[]> {
  const chance = new Chance(seed);
  const said: string[] = [];
  const nameOwner = (owner: Owner | undefined) => (owner?.pid === self.pid ? "self" : "dead");
  const look = () => [
    state
      .listRuns()
      .map(({ run, order, owner, closed, waiting }) => [run, nameOwner(order.owner), owner, closed, waiting]),
    state.listUnreadableRuns().map(({ run }) => run),
    state.stopped(),
  ];
  for (let count = 0; count < calls; count += 1) {
    const run = chance.pick(RUNS);
    const owner = chance.happens(0.5) ? self : dead;
    const text = String(chance.below(1_000));
    const waiting = state.listReports(run);
    const acts = {
      order: () => state.writeOrder(makeOrder(run, owner, state.host), text),
      own: () => state.setOwner(run, owner),
      report: () => state.writeReport(run, makeReport(run, text)),
      read: () => waiting.map(({ name, report }) => [name, report?.records[0]?.body]),
      mark: () => state.markReported(run, waiting[0]?.name ?? "0001.json"),
      close: () => state.closeRun(run),
      remove: () => state.removeRun(run),
      stop: () => state.setStopped(chance.happens(0.5)),
    };
    const act = chance.pick(Object.keys(acts) as (keyof typeof acts)[]);
    let answer: unknown;
    try {
      answer = (await acts[act]()) ?? "done";
    } catch {
      answer = "throws";
    }
    said.push(JSON.stringify([act, run, answer, look()]));
  }
  return said;
}

export interface ProcessesUnderTest {
  processes: Processes;
  /** Starts a process that waits. */
  start(): Owner;
  /** Resolves when that process is gone. */
  ended(owner: Owner): Promise<void>;
}

export function describeProcessesContract(name: string, open: () => ProcessesUnderTest): void {
  describe(`Processes: ${name}`, () => {
    test("This one is alive and is who it says", () => {
      const { processes } = open();
      const self = processes.self();
      expect(processes.liveness(self)).toBe("alive");
      expect(processes.identify(self.pid)).toEqual(self);
    });

    test.each([
      ["another boot of this machine", { boot: "other" }, "dead"],
      ["another start under its number", { startedAt: "0" }, "dead"],
      ["another machine", { machine: "other" }, "foreign"],
      ["another machine and boot", { machine: "other", boot: "other" }, "foreign"],
      ["another container of this boot", { pidNamespace: "pid:[2]" }, "foreign"],
    ])("One of %s is not this one, and gets no signal", (_what, change, expected) => {
      const { processes } = open();
      const owner = { ...processes.self(), ...change };
      expect(processes.liveness(owner)).toBe(expected);
      expect(processes.signal(owner, "SIGKILL", "process")).toBe(false);
    });

    test("One that is killed is dead for ever, and gets no further signal", async () => {
      const { processes, start, ended } = open();
      const owner = start();
      expect(processes.liveness(owner)).toBe("alive");
      expect(processes.signal(owner, "SIGKILL", "group")).toBe(true);
      await ended(owner);
      expect(processes.liveness(owner)).toBe("dead");
      expect(processes.signal(owner, "SIGKILL", "group")).toBe(false);
    });
  });
}

export interface WorkspacesUnderTest {
  git: Git;
  workspaces: Pick<Workspaces, "makeClone" | "remove">;
  /** A commit of the repository, and one after it. */
  commits: readonly [first: string, second: string];
  /** Where a workspace may be made. */
  files: RunFiles;
  write(path: string, text: string): void;
}

export function describeWorkspacesContract(name: string, open: () => Promise<WorkspacesUnderTest>): void {
  describe(`Workspaces: ${name}`, () => {
    const order = ({ git, files, commits }: WorkspacesUnderTest, commit = commits[1]) => {
      return { gitDir: git.gitDir, path: files.workspace, commit, branch: "mission/crm/a", home: commits[0] };
    };
    const treeOf = async ({ git, files, commits }: WorkspacesUnderTest) =>
      git.snapshotFolder(files.workspace, commits[1], { indexFile: files.indexFile, excludeFile: null });

    test("One has the files of its commit, and its HEAD can be taken in", async () => {
      const world = await open();
      expect(world.files.inspectWorkspace()).toBe("gone");
      await world.workspaces.makeClone(order(world));
      expect(world.files.inspectWorkspace()).toBe("whole");
      expect(await treeOf(world)).toBe((await world.git.readCommit(world.commits[1]))?.tree);
      expect(await world.git.importRef(world.files.workspace, "HEAD", "refs/mission/held/r1/head")).toBe(
        world.commits[1],
      );
      expect(await world.git.importRef(world.files.workspace, "refs/heads/home", "refs/mission/held/r1/home")).toBe(
        world.commits[0],
      );
    });

    test("One that is there whole is left as it is", async () => {
      const world = await open();
      await world.workspaces.makeClone(order(world));
      world.write("new.txt", "new\n");
      const tree = await treeOf(world);
      await world.workspaces.makeClone(order(world, world.commits[0]));
      expect(await treeOf(world)).toBe(tree);
      expect(await world.git.importRef(world.files.workspace, "HEAD", "refs/mission/held/r1/head")).toBe(
        world.commits[1],
      );
    });

    test("One that is removed is gone, and can be made anew", async () => {
      const world = await open();
      await world.workspaces.makeClone(order(world));
      await world.workspaces.remove(world.files.workspace);
      expect(world.files.inspectWorkspace()).toBe("gone");
      await world.workspaces.makeClone(order(world));
      expect(world.files.inspectWorkspace()).toBe("whole");
    });
  });
}
