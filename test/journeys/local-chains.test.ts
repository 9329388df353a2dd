/** Delivered work lands in chains: few gates, few moves of home, and a bad link harms no other. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { FeatureWords } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, waitForRuns } from "./kit/pulses.ts";
import { complete, untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;

function features(names: string, words: FeatureWords = {}): Record<string, FeatureWords> {
  return Object.fromEntries([...names].map((name) => [name, words]));
}

test(
  "ten delivered features take at most three gates and three moves of home",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: features("abcdefghij") } },
      config: { parallel: 10 },
    });
    await pulseOnce(machine);
    await waitForRuns(machine, 60_000);
    await untilDone(machine, ..."abcdefghij");
    expect(subjects(machine, "claim: ").filter((subject) => subject.endsWith(" gate")).length).toBeLessThanOrEqual(3);
    const moves = machine.git("reflog", "show", "--format=%gs", "main").split("\n").length;
    // The first commit is a move too.
    expect(moves).toBeLessThanOrEqual(4);
    expect(machine.git("log", "--format=%s", "--reverse", "main").split("\n").slice(1)).toHaveLength(10);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a chain with one bad feature is halved: the bad one is sent back and the rest lands",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: features("abcd") } },
      config: { parallel: 4 },
    });
    worker.does("c.1", 'echo nothing of use > other.txt; commit; echo "DONE: I think"');
    await pulseOnce(machine);
    await waitForRuns(machine);
    const sight = await pulseUntil(machine, "c is sent back", (seen) => seen.feature("c").attempt === 2);
    expect(sight.feature("c").round).toBe(1);
    await untilDone(machine, ..."abcd");
    expect(worker.prompt("c", 2)).toContain("test -f c.txt");
    expect(subjects(machine, "landed: ")).toHaveLength(4);
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "work that conflicts with what landed before it is sent back, and brought together",
  async () => {
    const { machine, worker } = aWorld({ files: { "list.txt": "start\n" } });
    for (const name of ["a", "b"])
      worker.does(`${name}.1`, `echo ${name} >> list.txt; echo ${name} > ${name}.txt; commit; echo "DONE: added"`);
    const resolve =
      'git merge home || { printf "start\\na\\nb\\n" > list.txt; git add -A; git commit -qm both; }; echo "DONE: both"';
    for (const name of ["a", "b"]) worker.does(name, resolve);
    await pulseOnce(machine);
    await waitForRuns(machine);
    await untilDone(machine, "a", "b");
    expect(machine.read("list.txt")).toBe("start\na\nb\n");
    expect(subjects(machine, "verdict: ").some((subject) => subject.endsWith("gate conflict"))).toBe(true);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "who says that it is done and leaves the conflict there has failed, and its work waits for the next one",
  async () => {
    // Home alone would pass.
    const mission = { milestones: { first: features("ab", { verify: [{ run: "test -f list.txt" }] }) } };
    const { machine, worker } = aWorld({ mission, files: { "list.txt": "start\n" } });
    for (const name of ["a", "b"]) {
      worker.does(`${name}.1`, `echo ${name} > list.txt; echo ${name} > ${name}.txt; commit; echo "DONE: added"`);
      worker.does(`${name}.2`, 'echo "DONE: it is all there already"');
      const resolve = 'git merge home || { printf "a\\nb\\n" > list.txt; git add -A; git commit -qm both; }';
      worker.does(name, `${resolve}; echo "DONE: both"`);
    }
    await pulseOnce(machine);
    await waitForRuns(machine);
    await untilDone(machine, "a", "b");
    expect(machine.read("list.txt")).toBe("a\nb\n");
    const ends = subjects(machine, "run-ended: ").filter((subject) => /: [ab]-2-/.test(subject));
    expect(ends).toEqual([expect.stringContaining("failed")]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "who can't run git brings its work and home together in its files",
  async () => {
    const { machine, worker } = aWorld({ files: { "list.txt": "start\n" } });
    for (const name of ["a", "b"]) {
      worker.does(`${name}.1`, `echo ${name} > list.txt; echo ${name} > ${name}.txt; echo "DONE: added"`);
      worker.does(name, 'printf "a\\nb\\n" > list.txt; echo "DONE: both"');
    }
    await pulseOnce(machine);
    await waitForRuns(machine);
    await untilDone(machine, "a", "b");
    expect(["list.txt", "a.txt", "b.txt"].map((path) => machine.read(path))).toEqual(["a\nb\n", "a\n", "b\n"]);
    expect(subjects(machine, "verdict: ").filter((subject) => subject.endsWith("gate conflict"))).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "home that moves under each gate ends in an ask and not in a loop",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: features("a") } } });
    const gates = () => subjects(machine, "claim: a gate").length;
    let moved = 0;
    for (let count = 0; count < 20; count += 1) {
      const { sight } = await pulseOnce(machine);
      if (sight.asks.length > 0) break;
      if (gates() > moved && sight.json.runs.some(({ kind }) => kind === "gate")) {
        moved += 1;
        machine.write({ "moving.txt": `${moved}\n` });
        machine.commit(`move ${moved}`);
      }
      await waitForRuns(machine);
    }
    const { sight } = await pulseOnce(machine);
    expect(sight.asks.map(({ text }) => text)).toEqual([expect.stringContaining("gates in a row passed too late")]);
    expect(gates()).toBe(3);
    await pulseOnce(machine);
    expect(gates()).toBe(3);
    await machine.must("answer", sight.asks[0]?.id ?? "", "I wait now");
    await untilDone(machine, "a");
    expect(gates()).toBe(4);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "mission edits on home keep a verdict, code edits ask for a new one",
  async () => {
    const { machine, worker } = aWorld({ mission: { milestones: { first: { a: {}, z: { status: "hold" } } } } });
    await pulseOnce(machine);
    await waitForRuns(machine);
    await pulseOnce(machine);
    machine.edit("missions/toy/milestones/01-first/z.md", "Make z.txt.", "Make z.txt well.");
    machine.commit("a word on z");
    await waitForRuns(machine);
    await untilDone(machine, "a");
    expect(subjects(machine, "claim: a gate")).toHaveLength(1);
    worker.release("a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a feature whose own check needs what another one brings lands after it",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: {}, b: { depends_on: ["a"], verify: [{ run: "cat a.txt b.txt" }] } } } },
    });
    await untilStatus(machine, { a: "done", b: "done" });
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);
