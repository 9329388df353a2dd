/** A person holds things back, ends them, gives them up and takes them up again. */

import { renameSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { featurePath } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, pulseUntilIdle, runsOf, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import type { Worker } from "./kit/workers.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const HELD = 'echo half > $MISSION_FEATURE.txt; commit; hold; echo "DONE: wrote it"';

/** A world in which the worker of `a` has committed half of its work and holds. */
async function aRunningWorld(): Promise<{ machine: Machine; worker: Worker }> {
  const { machine, worker } = aWorld({ mission: { milestones: { first: { a: {}, z: { status: "hold" } } } } });
  worker.does("default", HELD);
  worker.hold("a");
  await pulseOnce(machine);
  await waitUntil("the worker holds", () => worker.isWaiting("a"));
  return { machine, worker };
}

/** The work that a run left, as its ref has it. */
function workOf(machine: Machine): string[] {
  return machine
    .git("for-each-ref", "--format=%(refname)", "refs/mission/in")
    .split("\n")
    .flatMap((ref) => (ref === "" ? [] : machine.git("ls-tree", "-r", "--name-only", ref).split("\n")));
}

test(
  "a paused mission lets its runs end, and starts and lands nothing until it is resumed",
  async () => {
    const { machine, worker } = await aRunningWorld();
    await machine.must("pause", "toy");
    worker.release("a");
    await waitForRuns(machine);
    const paused = await pulseUntilIdle(machine);
    expect(paused.mission().status).toBe("paused");
    expect(paused.feature("a").status).toBe("review");
    expect(subjects(machine).filter((subject) => subject.includes("gate"))).toEqual([]);
    expect(paused.mission().condition.next).toBe("mission resume toy");
    await machine.must("resume", "toy");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a paused feature and a paused milestone are held, others go on",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: {} }, second: { c: {} } } } });
    await pulseOnce(machine, { maxDispatches: 0 });
    await machine.must("pause", "toy/a");
    await machine.must("pause", "toy/second");
    await untilDone(machine, "b");
    expect((await pulseUntilIdle(machine)).of("a")).toBe("blocked (held)");
    await machine.must("resume", "toy/a");
    await untilDone(machine, "a");
    const sight = await pulseUntilIdle(machine);
    expect(sight.milestone("second").status).toBe("held");
    expect(sight.mission().status).toBe("blocked");
    await machine.must("resume", "toy/second");
    await untilDone(machine, "c");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "everything that runs here is dead within 10 seconds of a stop, and goes on from its work after a resume",
  async () => {
    const { machine, worker } = await aRunningWorld();
    worker.does(
      "a",
      "trap '' TERM INT HUP; echo half > a.txt; commit; (trap '' TERM; while :; do sleep 1; done) & hold",
    );
    await machine.must("stop", "--all");
    await waitForRuns(machine);
    worker.release("a");
    await pulseOnce(machine);
    await machine.must("resume", "--all");
    worker.hold("a");
    await pulseUntil(
      machine,
      "the stubborn worker runs",
      (sight) => sight.feature("a").attempt === 2 && worker.isWaiting("a"),
    );
    const begun = Date.now();
    expect((await machine.say("stop", "--all")).code).toBe(0);
    await waitUntil("no process is left", () => findProcesses(machine).length === 0, 10_000);
    expect(Date.now() - begun).toBeLessThan(10_000);
    const stopped = await pulseUntilIdle(machine);
    expect(stopped.json.stopped).toBe(true);
    expect(stopped.of("a")).toBe("blocked (stopped)");
    expect(workOf(machine)).toContain("a.txt");
    worker.release("a");
    worker.does("a", 'grep half a.txt && echo "DONE: half is enough"');
    await machine.must("resume", "--all");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("half\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "one run that is stopped is no attempt, and its work is kept",
  async () => {
    const { machine, worker } = await aRunningWorld();
    const [run = ""] = [...runsOf(machine).keys()];
    await machine.must("stop", run);
    await waitForRuns(machine);
    expect(subjects(machine, "run-ended: ")[0]).toContain("stopped");
    expect(workOf(machine)).toContain("a.txt");
    worker.does("a.2", 'grep half a.txt && echo "DONE: half is enough"');
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a running feature that is cancelled is withdrawn, and its work is kept",
  async () => {
    const { machine } = await aRunningWorld();
    await machine.must("cancel", "toy/a", "not wanted any more");
    await pulseOnce(machine);
    await waitForRuns(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.feature("a").status).toBe("cancelled");
    expect(subjects(machine, "run-ended: ")[0]).toContain("stopped");
    expect(machine.git("log", "--format=%b", "refs/mission/ledger/toy")).not.toContain("SIGTERM");
    expect(workOf(machine)).toContain("a.txt");
    expect(machine.git("log", "-1", "--format=%s")).toBe("Cancel toy/a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a mission that is cancelled ends what runs for it",
  async () => {
    const { machine } = await aRunningWorld();
    await machine.must("cancel", "toy");
    await pulseOnce(machine);
    await waitForRuns(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.mission().status).toBe("cancelled");
    expect(sight.json.runs).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a quarantined feature is ended and stays so until a resume",
  async () => {
    const { machine, worker } = await aRunningWorld();
    await machine.must("quarantine", "toy/a");
    await pulseOnce(machine);
    await waitForRuns(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.of("a")).toBe("blocked (quarantined)");
    expect(sight.feature("a").condition.next).toBe("mission resume toy/a");
    worker.release("a");
    await machine.must("resume", "toy/a");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a quarantined agent starts nothing more in any mission",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: { agent: "writer" } } } } });
    await pulseOnce(machine, { maxDispatches: 0 });
    await machine.must("quarantine", "agent:coder");
    await untilDone(machine, "b");
    const sight = await pulseUntilIdle(machine);
    expect(sight.of("a")).toBe("blocked (quarantined)");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "the folder of a mission that is removed while a run lives withdraws the run",
  async () => {
    const { machine } = await aRunningWorld();
    const path = "missions/toy";
    machine.git("rm", "-rq", path);
    machine.git("commit", "-q", "-m", "away with it");
    await pulseOnce(machine);
    await waitForRuns(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.mission().status).toBe("gone");
    expect(sight.json.runs).toEqual([]);
    expect(workOf(machine)).toContain("a.txt");
    await endWell(machine, { gone: ["toy"] });
  },
  LIMIT,
);

test(
  "a feature that is renamed with was keeps its run, its work and its history",
  async () => {
    const { machine, worker } = await aRunningWorld();
    renameSync(join(machine.folder, featurePath("a")), join(machine.folder, featurePath("better")));
    machine.edit(featurePath("better"), "title: Feature a", "title: Feature a\nwas: a");
    machine.commit("a better name");
    const running = await pulseOnce(machine);
    expect(running.sight.feature("better").status).toBe("in_progress");
    worker.release("a");
    await untilDone(machine, "better");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    expect(subjects(machine, "claim: better attempt")).toEqual([]);
    expect(machine.read(featurePath("better"))).toContain("status: done");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a renamed feature without was is a new one, and the run of the old name is withdrawn",
  async () => {
    const { machine, worker } = await aRunningWorld();
    renameSync(join(machine.folder, featurePath("a")), join(machine.folder, featurePath("other")));
    worker.does("default", 'echo new > a.txt; echo new > $MISSION_FEATURE.txt; commit; echo "DONE: new"');
    machine.commit("another name");
    await pulseOnce(machine);
    await waitUntil("the old run ends", () => subjects(machine, "run-ended: a-1").length > 0);
    await untilDone(machine, "other");
    expect(subjects(machine, "claim: other attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a person's words in the file hold and release a feature",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: { status: "hold" }, b: {} } } } });
    await untilStatus(machine, { a: "blocked (held)", b: "done" });
    machine.edit(featurePath("a"), "status: hold", "status: todo");
    await machine.must("save", "-m", "go on");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "missions take turns, and one bad file harms its own feature only",
  async () => {
    const { machine } = aWorld({
      mission: [
        { id: "one", milestones: { first: { a: {} } } },
        { id: "two", milestones: { first: { b: {}, broken: {} } } },
      ],
      files: { "missions/two/milestones/01-first/broken.md": "---\nstatus: [\n---\n" },
    });
    await pulseUntil(machine, "both are done", (sight) => sight.of("one/a") === "done" && sight.of("two/b") === "done");
    const sight = await look(machine);
    expect(sight.of("two/broken")).toBe("blocked (invalid)");
    await endWell(machine);
  },
  LIMIT,
);
