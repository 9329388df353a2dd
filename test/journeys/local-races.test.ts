/** Pulses, runners and persons at the same time, and processes that are killed in the middle. */

import { once } from "node:events";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { featurePath } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {}, z: { status: "hold" } } } };

test(
  "four pulses at once do what one does",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: {}, z: { status: "hold" } } } } });
    for (let round = 0; round < 10 && !(machine.has("a.txt") && machine.has("b.txt")); round += 1) {
      const pulses = [1, 2, 3, 4].map(() => once(machine.start("pulse"), "exit"));
      expect((await Promise.all(pulses)).map(([code]) => code)).toEqual([0, 0, 0, 0]);
      await waitForRuns(machine);
    }
    expect(machine.read("a.txt") + machine.read("b.txt")).toBe("hello a\nhello b\n");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    expect(subjects(machine, "claim: b attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a person who commits and saves while everything runs loses nothing and stops nothing",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: {}, b: {}, c: {}, z: { status: "hold" } } } },
      config: { parallel: 3 },
    });
    let count = 0;
    await pulseUntil(machine, "all is done", (sight) => {
      count += 1;
      machine.edit(featurePath("z"), /Make z\.txt.*/, `Make z.txt ${count}.`);
      if (count % 2 === 0) machine.commit(`edit ${count}`, featurePath("z"));
      return ["a", "b", "c"].every((name) => sight.of(name) === "done");
    });
    await machine.must("save", "-m", "the last edit");
    expect(machine.show(featurePath("z"))).toContain(`Make z.txt ${count}.`);
    expect(
      machine
        .git("log", "--format=%s")
        .split("\n")
        .filter((subject) => subject.startsWith("edit")),
    ).toHaveLength(Math.floor(count / 2));
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a runner that is killed is recovered at once: its worker is ended, its work kept and gone on from",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a.1", "echo committed > a.txt; commit; echo open > open.txt; setsid sleep 600 & hold");
    worker.does("a.2", 'ls; commit; echo "DONE: found it"');
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker holds", () => worker.isWaiting("a"));
    const [first] = machine.state.listRuns();
    process.kill(first?.order.owner.pid ?? 0, "SIGKILL");
    await waitUntil("the runner is dead", () => machine.state.listRuns()[0]?.owner === "dead");
    await pulseOnce(machine);
    // The next attempt may be under way already.
    expect(findProcesses(machine, [first?.run ?? ""])).toEqual([]);
    worker.release("a");
    await untilDone(machine, "a");
    expect(subjects(machine, "run-ended: a-1-")[0]).toContain("lost");
    expect(machine.read("a.txt")).toBe("committed\n");
    expect(machine.git("for-each-ref", "--format=%(refname)", "refs/mission/salvage")).not.toBe("");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that is killed is a failed attempt, and its work is kept",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    worker.does("a.1", "echo half > a.txt; kill -9 $$");
    worker.does("a.2", 'grep half a.txt && echo "DONE: it was enough"');
    await untilDone(machine, "a");
    expect(subjects(machine, "run-ended: a-1-")[0]).toContain("failed");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a state folder that is deleted while nothing runs costs nothing but time",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] }, z: { status: "hold" } } } },
    });
    await untilDone(machine, "a");
    await pulseUntilIdle(machine).catch(() => null);
    await waitForRuns(machine);
    machine.forget();
    await untilDone(machine, "b");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);
