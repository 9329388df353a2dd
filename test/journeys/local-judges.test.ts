/** Gates and validations that can't do their work: a person hears of it, and nothing turns in circles. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { findProcesses } from "./kit/rest.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {}, z: { status: "hold" } } } };
/** Ends the process that runs the check, without a chance to report. */
const KILL_JUDGE = "kill -9 $PPID";

test(
  "a setup that fails for gates alone asks a person after two tries",
  async () => {
    const { machine } = aWorld({ mission: { ...ONE, setup: ['test -n "$MISSION_FEATURE"'] } });
    const sight = await pulseUntil(machine, "a person hears of it", (seen) =>
      ["blocked", "needs_input"].includes(seen.feature("a").status),
    );
    expect(sight.feature("a").condition.message).toContain("MISSION_FEATURE");
    await pulseUntilIdle(machine);
    expect(subjects(machine, "claim: a gate").length).toBeLessThanOrEqual(2);
    machine.edit("missions/toy/mission.md", /^setup: .*\n/m, "");
    machine.commit("no setup");
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a check that ends its own judge again and again ends in words and not in a loop",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: { verify: [{ run: KILL_JUDGE }] }, z: { status: "hold" } } } },
    });
    const { sight } = await untilQuiet(machine);
    expect(sight.feature("a").status).not.toBe("review");
    expect(subjects(machine, "claim: a gate").length).toBeLessThanOrEqual(5);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a validation that ends its own judge again and again ends in words as well",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: {} } }, milestoneHeaders: { first: { verify: [{ run: KILL_JUDGE }] } } },
    });
    const { sight } = await untilQuiet(machine);
    expect(sight.milestone("first").status).not.toBe("validating");
    expect(subjects(machine, "claim: first validate").length).toBeLessThanOrEqual(5);
    await endWell(machine);
  },
  LIMIT,
);

/** Pulses until nothing more comes of it; fails when it turns in circles. */
async function untilQuiet(machine: Parameters<typeof pulseOnce>[0]) {
  for (let count = 0; count < 40; count += 1) {
    const pulsed = await pulseOnce(machine);
    if (pulsed.result.applied.length === 0 && pulsed.sight.json.runs.length === 0) return pulsed;
    await waitForRuns(machine);
  }
  throw new Error("it turns in circles");
}

test(
  "a person passes a gate that failed twice in the same way, for exactly that work",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: { verify: [{ run: "test -f never.txt" }] }, z: { status: "hold" } } } },
    });
    worker.does("a", 'echo $MISSION_ATTEMPT > a.txt; commit; echo "DONE: a"');
    await untilStatus(machine, { a: "blocked (loop)" });
    expect((await machine.say("approve", "toy/a", "--override", "")).code).not.toBe(0);
    await machine.must("approve", "toy/a", "--override", "the check is wrong");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("2\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a check that never ends is a failed one, and its processes are gone",
  async () => {
    const { machine } = aWorld({
      mission: {
        milestones: {
          first: { a: { verify: [{ run: "setsid sleep 600 & sleep 600", timeout: "1s" }] }, z: { status: "hold" } },
        },
      },
    });
    await pulseUntil(machine, "it is sent back", (sight) => sight.feature("a").round > 0);
    expect(subjects(machine, "verdict: a gate failed")).toHaveLength(1);
    await machine.must("pause", "toy");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what a check prints, and a file that it leaves, go nowhere but to its evidence",
  async () => {
    const { machine } = aWorld({
      mission: {
        milestones: { first: { a: { verify: [{ run: "seq 100000; touch left.txt" }] }, z: { status: "hold" } } },
      },
    });
    await untilDone(machine, "a");
    expect(machine.has("left.txt")).toBe(false);
    expect(machine.show("left.txt", "main")).toBe(null);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a gate that is stopped says nothing, and is made again after the resume",
  async () => {
    const { machine, worker } = aWorld({ mission: ONE });
    const check = `touch ${worker.folder}/gating; while [ -e ${worker.folder}/hold.gate ]; do sleep 0.02; done; test -f a.txt`;
    machine.edit(
      "missions/toy/milestones/01-first/a.md",
      /^verify: .*$/m,
      `verify: [{ "run": ${JSON.stringify(check)} }]`,
    );
    machine.commit("a slow check");
    worker.hold("gate");
    await pulseUntil(machine, "the gate is claimed", () => subjects(machine, "claim: a gate").length > 0);
    await waitUntil("the gate runs", () => existsSync(join(worker.folder, "gating")));
    await machine.must("stop", "--all");
    expect(findProcesses(machine)).toEqual([]);
    await pulseUntilIdle(machine);
    expect(subjects(machine, "verdict: ")).toEqual([]);
    worker.release("gate");
    await machine.must("resume", "--all");
    const sight = await untilDone(machine, "a");
    expect(sight.feature("a").round).toBe(0);
    await endWell(machine);
  },
  LIMIT,
);
