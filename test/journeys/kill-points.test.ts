/**
 * kill -9 at named points of real processes: a seeded few of those that `npm run torture` goes through one by one. The next
 * pulses converge, and nothing is lost or happens twice.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { PlannedFault } from "../../src/doors/faults/plan.ts";
import { errnoTasks } from "../torture/errno-loop.ts";
import { killTasks } from "../torture/kill-loop.ts";
import { SCENARIOS } from "../torture/kit/scenarios.ts";
import { type Course, emptyRow, openCourse, tryOut } from "../torture/kit/trial.ts";
import { runTasks, seeded, shuffle, type Task } from "../torture/loop.ts";

const LIMIT = 300_000;
const seed = Number(process.env.TORTURE_SEED ?? Math.floor(Math.random() * 2 ** 31));

// Processes start from the bundle, as a person's do; it may be older than the source.
beforeAll(() => {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../tools/build.mjs")]);
  console.log(`TORTURE_SEED=${seed}`);
});

const courses = new Map<string, Promise<Course>>();

/** Run once without a fault, whichever test asks first. */
function courseOf(name: string): Promise<Course> {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (!scenario) throw new Error(`no scenario ${name}`);
  const course = courses.get(name) ?? openCourse(scenario);
  courses.set(name, course);
  return course;
}

/** Fails with the words of what went wrong; every fault must really have happened. */
async function expectWell(tasks: readonly Task[], count: number): Promise<void> {
  const some = shuffle(tasks, seeded(seed)).slice(0, count);
  const options = {
    quick: true,
    mostMs: Number.POSITIVE_INFINITY,
    seed,
    jobs: 2,
    scenario: "",
    tell() {},
    deadline: Number.POSITIVE_INFINITY,
  };
  const row = await runTasks(emptyRow("kill-points"), some, options);
  expect(row).toEqual({
    ...{
      name: "kill-points",
      lost: 0,
      duplicated: 0,
      ungated: 0,
      overBudget: 0,
      idleWrites: 0,
      longestStopMs: null,
      notes: [],
    },
    ...{ trials: count, faults: count, converged: count },
  });
}

describe("a process that is killed", () => {
  it.each([
    ["poc", 8],
    ["remote-home", 8],
  ])(
    "at any point of %s loses nothing and does nothing twice",
    async (name, count) => expectWell(killTasks(await courseOf(name)), count),
    LIMIT,
  );

  it(
    "in the middle of mending what a power cut left is mended by the next one",
    async () => {
      const tasks = killTasks(await courseOf("doctor"), "doctor");
      await expectWell(tasks, tasks.length);
      expect(tasks.length).toBeGreaterThan(4);
    },
    LIMIT,
  );

  it(
    "again while it recovers still converges",
    async () => {
      const points = ["refs.ledger", "state.report", "workspace.clone", "checkout.forward", "refs.report"];
      const faults = points.map((point): PlannedFault => ({ point, nth: 1, phase: "acted", do: "kill" }));
      const { happened, judgement } = await tryOut(await courseOf("poc"), faults);
      expect(judgement).toEqual({ lost: [], duplicated: [], ungated: [], overBudget: [], idleWrites: [], astray: [] });
      expect(happened).toBe(points.length);
    },
    LIMIT,
  );

  it(
    "as a worker, with the process that looks after it, keeps what was committed and what was not",
    async () => {
      const { judgement } = await tryOut(await courseOf("dead-run"), []);
      expect(judgement).toEqual({ lost: [], duplicated: [], ungated: [], overBudget: [], idleWrites: [], astray: [] });
    },
    LIMIT,
  );
});

it(
  "a disk that fails a process is told in words, and the next pulse goes on",
  async () => expectWell(errnoTasks(await courseOf("poc")), 6),
  LIMIT,
);
