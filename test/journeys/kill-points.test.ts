/** kill -9 at each named step from order to landing, of whichever process comes there first. The next pulses converge. */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FAULT_POINTS, type FaultPoint } from "../../src/doors/faults.ts";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { runsOf, waitForRuns } from "./kit/pulses.ts";
import { aWorld } from "./kit/world.ts";

const MOST_PULSES = 25;

/** Pulses as processes of their own, as cron starts them, until nothing runs and a pulse finds nothing to do. */
async function pulseToRest(machine: Machine): Promise<number> {
  for (let count = 1; count <= MOST_PULSES; count += 1) {
    const { out, code } = machine.mission("pulse", "--json");
    const isQuiet = [...runsOf(machine).values()].every((state) => state === "over");
    await waitForRuns(machine);
    if (code === 0 && isQuiet && JSON.parse(out).idle) return count;
  }
  throw new Error(`not at rest after ${MOST_PULSES} pulses`);
}

function plant(machine: Machine, ...points: readonly FaultPoint[]): (point: FaultPoint) => boolean {
  const folder = temporaryFolder("faults");
  for (const point of points) writeFileSync(join(folder, point), "");
  machine.env.MISSION_TEST_FAULTS = folder;
  return (point) => !existsSync(join(folder, point));
}

async function expectWhole(machine: Machine): Promise<void> {
  const status = await machine.status();
  const features = status.missions[0]?.milestones.flatMap((milestone) => milestone.features) ?? [];
  expect(features.map(({ id, status }) => `${id} ${status}`)).toEqual(["a done", "b done"]);
  expect(machine.read("a.txt")).toBe("hello a\n");
  expect(machine.read("b.txt")).toBe("hello b\n");
  const subjects = machine.git("log", "--format=%s", "main").split("\n");
  expect(subjects.filter((subject) => subject === "Feature a")).toHaveLength(1);
  expect(subjects.filter((subject) => subject === "Feature b")).toHaveLength(1);
  expect(machine.git("status", "--porcelain")).toBe("");
}

describe("a process that is killed", () => {
  it.each(FAULT_POINTS)("at %s loses nothing and does nothing twice", async (point) => {
    const { machine } = aWorld();
    const happened = plant(machine, point);
    await pulseToRest(machine);
    expect(happened(point)).toBe(true);
    await expectWhole(machine);
    await endWell(machine);
  });

  it("again while it recovers still converges", async () => {
    const { machine } = aWorld();
    const happened = plant(machine, "claim.appended", "report.written", "worker.ended", "branch.moved");
    await pulseToRest(machine);
    for (const point of ["claim.appended", "report.written", "worker.ended", "branch.moved"] as const) {
      expect(happened(point)).toBe(true);
    }
    await expectWhole(machine);
    await endWell(machine);
  });

  it("as a worker, with the process that looks after it, keeps what was committed and what was not", async () => {
    const { machine, worker } = aWorld();
    worker.does("a.1", 'echo one > kept.txt; commit "One"; echo two > loose.txt; kill -9 $PPID $$');
    await pulseToRest(machine);
    await expectWhole(machine);
    // The commit went on into the next attempt, and so landed with it.
    expect(machine.read("kept.txt")).toBe("one\n");
    const salvaged = machine.git("for-each-ref", "--format=%(refname)", "refs/mission/salvage").split("\n");
    expect(salvaged.map((ref) => machine.show("loose.txt", ref))).toContain("two\n");
    await endWell(machine);
  });
});
