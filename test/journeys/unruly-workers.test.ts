/** Workers that behave badly, in whole missions: what they made is kept and lands, what they started is gone. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { best } from "../helpers/containments.ts";
import { UNRULY } from "../helpers/unruly-workers.ts";
import { processesIn } from "../runner/world.ts";
import { seeded } from "../torture/loop.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { pulseOnce, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone } from "./kit/steps.ts";
import type { Worker } from "./kit/workers.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 240_000;
const MAIN = join(import.meta.dirname, "../../src/main.ts");

/** The first attempt at a feature is the unruly worker's. */
function misbehave(worker: Worker, feature: string, name: string): void {
  const unruly = UNRULY.find((each) => each.name === name);
  if (unruly === undefined) throw new Error(`no unruly worker ${name}`);
  writeFileSync(join(worker.folder, `${feature}.bash`), unruly.script);
  worker.does(`${feature}.1`, `exec bash "$W/${feature}.bash"`);
}

function processesOf(machine: Machine): readonly unknown[] {
  return [...findProcesses(machine), ...processesIn(machine.state.path)];
}

test(
  "a mission of unruly workers ends with all their work on home, and with none of them",
  async () => {
    const short = { budget: { minutes: 0.03 } };
    const first = {
      ignores: short,
      stops: {},
      killed: {},
      deletes: {},
      ...(best.kind === "namespace" && { daemons: {} }),
    };
    const { machine, worker } = aWorld({
      mission: { milestones: { first } },
      config: { parallel: 5, limits: { idle_minutes: 0.03 } },
    });
    misbehave(worker, "ignores", "ignores TERM and HUP, with children that do too");
    misbehave(worker, "stops", "stops its whole group");
    misbehave(worker, "killed", "is killed with good work");
    misbehave(worker, "deletes", "deletes the folder that its workspace lies in");
    misbehave(worker, "daemons", "leaves daemons that cleared their environment and keep writing and pushing");
    await pulseOnce(machine);
    await waitForRuns(machine, 60_000);
    // A runner says that it is through a moment before its process is gone.
    await waitUntil("nothing of them is left", () => processesOf(machine).length === 0);
    await untilDone(machine, ...Object.keys(first));
    expect(subjects(machine, "run-ended: ignores-1-")[0]).toContain("timeout");
    expect(subjects(machine, "run-ended: stops-1-")[0]).toContain("idle");
    for (const feature of ["killed", "deletes"]) {
      expect(subjects(machine, `run-ended: ${feature}-1-`)[0]).toContain("failed");
    }
    // Not committed when it was ended: `c.txt` of whoever still had a workspace.
    for (const file of ["b.txt", "c.txt"]) expect(machine.read(file)).toBe(`${file[0]}\n`);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a stop at any time leaves no process, no worker's commit is lost, and after a resume all is done",
  async () => {
    const { machine, worker } = aWorld({ config: { parallel: 2 } });
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`stops at random times: SEED=${seed}`);
    const random = seeded(seed);
    const daemon = best.kind === "namespace" ? "(env -i setsid sleep 600 >/dev/null 2>&1 &)" : ":";
    for (const feature of ["a", "b"]) {
      worker.does(
        feature,
        `${daemon}; trap '' TERM HUP; echo $MISSION_ATTEMPT >> ${feature}.txt; commit; touch $W/busy; sleep 600`,
      );
    }
    for (let round = 1; round <= 3; round++) {
      await pulseOnce(machine);
      await pause(Math.floor(random() * 1_500));
      expect((await machine.say("stop", "--all")).code).toBe(0);
      expect(processesOf(machine)).toEqual([]);
      await pulseOnce(machine);
      await machine.must("resume", "--all");
    }
    for (const feature of ["a", "b"]) worker.does(feature, `touch ${feature}.txt; commit; echo "DONE: at last"`);
    await untilDone(machine, "a", "b");
    const attempts = machine
      .git("log", "--all", "--format=%s")
      .split("\n")
      .filter((each) => each.startsWith("Work on "));
    expect(machine.read("a.txt").split("\n").length + machine.read("b.txt").split("\n").length - 2).toBe(
      attempts.length,
    );
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that hides where it comes from still can't speak for a person",
  async () => {
    const { machine, worker } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    const keep = ["PATH", "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "NODE_COMPILE_CACHE"];
    const environment = keep.map((name) => `${name}='${machine.env[name] ?? ""}'`).join(" ");
    worker.does(
      "a",
      `(cd '${machine.folder}'; env -i ${environment} setsid -w '${process.execPath}' '${MAIN}' resume toy) > $W/said 2>&1; echo "code $?" >> $W/said
echo a > a.txt; commit; echo "DONE: a"`,
    );
    await untilDone(machine, "a");
    expect(readFileSync(join(worker.folder, "said"), "utf8")).toMatch(/a run can't resume[\s\S]*code [1-9]/);
    expect(machine.git("log", "--format=%s", "refs/mission/ledger/toy")).not.toContain("resume");
    await waitUntil("its processes are gone", () => processesOf(machine).length === 0);
    await endWell(machine);
  },
  LIMIT,
);
