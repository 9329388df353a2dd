/** Many trials, a few at once, in an order that a seed gives. */

import type { PlannedFault } from "../../src/doors/faults/plan.ts";
import { SCENARIOS } from "./kit/scenarios.ts";
import { addTrial, type Course, emptyRow, openCourse, type Tried } from "./kit/trial.ts";
import type { Options, Row } from "./part.ts";

const QUICK_SCENARIOS = 4;
const TELL_EACH = 20;

export interface Task {
  what: string;
  run(): Promise<Tried>;
}

/** For each scenario its tasks, all of them; or a seeded few while the time lasts. */
export async function runScenarios(
  name: string,
  options: Options,
  tasksOf: (course: Course, random: () => number) => readonly Task[] | Promise<readonly Task[]>,
): Promise<Row> {
  const random = seeded(options.seed);
  const deadline = Date.now() + options.mostMs;
  const wanted = SCENARIOS.filter((scenario) => scenario.name.includes(options.scenario));
  const chosen = options.quick ? shuffle(wanted, random).slice(0, QUICK_SCENARIOS) : wanted;
  let row = emptyRow(name);
  for (const [index, scenario] of chosen.entries()) {
    const course = await openCourse(scenario);
    const tasks = shuffle(await tasksOf(course, random), random);
    const share = (deadline - Date.now()) / (chosen.length - index);
    const before = row;
    row = await runTasks(row, tasks, { ...options, deadline: Date.now() + share });
    const count = row.trials - before.trials;
    const problems = row.notes.length - before.notes.length;
    options.tell(`${name} ${scenario.name}: ${count} of ${tasks.length}, ${problems} problems`);
    if (count < tasks.length) row = { ...row, notes: [...row.notes, `${scenario.name}: ${count} of ${tasks.length}`] };
  }
  return row;
}

interface LoopOptions extends Options {
  deadline: number;
}

export async function runTasks(row: Row, tasks: readonly Task[], options: LoopOptions): Promise<Row> {
  const left = [...tasks];
  let sum = row;
  async function work(): Promise<void> {
    for (let task = left.shift(); task !== undefined && Date.now() < options.deadline; task = left.shift()) {
      const tried = await task.run();
      const before = sum.notes.length;
      sum = addTrial(sum, task.what, tried);
      for (const note of sum.notes.slice(before)) options.tell(note);
      const count = sum.trials - row.trials;
      if (count % TELL_EACH === 0) options.tell(`${sum.name}: ${count} of ${tasks.length}`);
    }
  }
  await Promise.all(Array.from({ length: options.jobs }, work));
  return sum;
}

export function printFault({ point, nth, phase, do: action }: PlannedFault): string {
  const deed = typeof action === "string" ? action : Object.values(action).join(" ");
  return `${deed} at ${point} ${nth} ${phase}`;
}

/** Mulberry32: small, and the same everywhere. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function shuffle<T>(list: readonly T[], random: () => number): T[] {
  return list
    .map((value) => ({ value, key: random() }))
    .sort((one, other) => one.key - other.key)
    .map(({ value }) => value);
}
