/**
 * kill -9 at random times, 0-400 ms after a pulse began: of the pulse alone, or of everything at once, git and runs and
 * workers with it. Up to three times in a trial.
 */

import type { ChildProcess } from "node:child_process";
import type { Plan } from "./kit/plan.ts";
import { killAll } from "./kit/power-off.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

const LATEST_MS = 400;
const MOST_KILLS = 3;
const KILL_CHANCE = 0.6;
const TRIALS = 320;

export const randomKills: Part = {
  name: "random-kills",
  run: (options) =>
    runScenarios("random-kills", options, (course, random) =>
      Array.from({ length: TRIALS }, (_, number) => randomTask(course, number, random)),
    ),
};

function randomTask(course: Course, number: number, random: () => number): Task {
  const shots = Array.from({ length: MOST_KILLS }, () => ({
    afterMs: Math.floor(random() * LATEST_MS),
    everything: random() < 0.5,
  }));
  const chances = Array.from({ length: 32 }, random);
  const words = shots.map(({ afterMs, everything }) => `${afterMs} ms ${everything ? "everything" : "the pulse"}`);
  return {
    what: `${course.scenario.name}: random ${number}, up to ${words.join(", ")}`,
    run: () => shoot(course, [...shots], [...chances]),
  };
}

async function shoot(course: Course, shots: { afterMs: number; everything: boolean }[], chances: number[]) {
  let kills = 0;
  const onStart = (child: ChildProcess, plan: Plan): void => {
    if ((chances.shift() ?? 1) > KILL_CHANCE) return;
    const shot = shots.shift();
    if (shot === undefined) return;
    const timer = setTimeout(() => {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      const hit = shot.everything ? killAll(plan.file) > 0 : !isOver && child.kill("SIGKILL");
      if (hit) kills += 1;
    }, shot.afterMs);
    // What is killed later than the pulse ended are its runs.
    if (!shot.everything) child.once("exit", () => clearTimeout(timer));
  };
  return tryOut(course, [], { onStart, extra: () => kills });
}
