/** What workers do, step by step. A script is drawn when a worker starts and depends on what lies in its workspace. */

import type { Order } from "../../../src/model/run.ts";
import type { Chance } from "../time/chance.ts";
import { type Plan, REVIEWER_HABITS, type ReviewerHabit, type WorkerHabit } from "./plan.ts";

/** The workspace as a worker has it. */
export interface Bench {
  has(path: string): boolean;
  read(path: string): string | null;
  write(path: string, text: string): void;
  /** Commits everything and answers the commit; null when nothing changed or the workspace is no repository. */
  commit(message: string): string | null;
  /** Takes the last own commit back, with its files. */
  rewind(): void;
  /** Deletes everything. */
  wreck(): void;
}

export type Deed =
  | { kind: "bench"; does(bench: Bench): void }
  | { kind: "say"; line: string }
  | { kind: "cost"; usd: number }
  | { kind: "quota" }
  | { kind: "exit"; code: number };

export interface Step {
  afterMs: number;
  deed: Deed;
}

export interface Script {
  habit: WorkerHabit | `reviewer ${ReviewerHabit}`;
  steps: readonly Step[];
  /** Goes on when it is asked to end. */
  ignoresTerm: boolean;
}

const SECOND = 1_000;

export function drawScript(chance: Chance, plan: Plan, order: Order, isCalm: boolean): Script {
  if (order.runKind === "review") return drawReview(chance, plan, order, isCalm);
  const habit = isCalm ? "commits" : chance.weigh(plan.habits);
  const feature = order.about.kind === "feature" ? order.about.feature : order.mission;
  const deeds = deedsOf(habit, feature, order, chance);
  const spending = drawSpending(chance, isCalm ? "honest" : plan.costs);
  const paced = [...spending, ...deeds].map((deed) => ({ afterMs: pace(chance, habit), deed }));
  return { habit, steps: paced, ignoresTerm: !isCalm && chance.happens(0.1) };
}

function drawReview(chance: Chance, plan: Plan, order: Order, isCalm: boolean): Script {
  const habit = isCalm ? "passes" : chance.weigh(REVIEWER_HABITS);
  const deeds = [...drawSpending(chance, isCalm ? "honest" : plan.costs), ...reviewDeeds(habit, order)];
  const steps = deeds.map((deed) => ({ afterMs: chance.between(1, 40) * SECOND, deed }));
  return { habit: `reviewer ${habit}`, steps, ignoresTerm: !isCalm && chance.happens(0.1) };
}

function reviewDeeds(habit: ReviewerHabit, order: Order): readonly Deed[] {
  const end = (line: string): readonly Deed[] => [
    { kind: "say", line },
    { kind: "exit", code: 0 },
  ];
  switch (habit) {
    case "passes":
      return end("VERDICT: passed");
    case "objects":
      return end(`VERDICT: failed ${order.run} has a word against it`);
    case "shrugs":
      return end("VERDICT: inconclusive it can't be tried here");
    case "mute":
      return end("DONE: looked at it");
    case "meddles":
      return [
        { kind: "bench", does: (bench) => bench.write(`meddled.${order.run}`, "by a reviewer\n") },
        ...end("VERDICT: passed"),
      ];
    case "hangs":
      return [];
    case "quota":
      return [{ kind: "quota" }, { kind: "exit", code: 1 }];
  }
}

function pace(chance: Chance, habit: WorkerHabit): number {
  return habit === "several" ? chance.between(60, 400) * SECOND : chance.between(1, 40) * SECOND;
}

function drawSpending(chance: Chance, costs: Plan["costs"]): readonly Deed[] {
  if (costs === "silent") return [];
  if (costs === "honest") return [{ kind: "cost", usd: chance.between(1, 180) / 100 }];
  const usd = chance.pick([-5, Number.NaN, 1e6, 1e-9, Number.POSITIVE_INFINITY, 2, 5]);
  return [{ kind: "cost", usd }];
}

function deedsOf(habit: WorkerHabit, feature: string, order: Order, chance: Chance): readonly Deed[] {
  const mark = `${order.run}\n`;
  const write = (path: string, text = mark): Deed => ({ kind: "bench", does: (bench) => bench.write(path, text) });
  const commit = (message = `Work on ${feature}`): Deed => ({
    kind: "bench",
    does: (bench) => void bench.commit(message),
  });
  const done: readonly Deed[] = [
    { kind: "say", line: "DONE: it is there" },
    { kind: "exit", code: 0 },
  ];
  const file = `${feature}.txt`;
  switch (habit) {
    case "commits":
      // Says twice what stands: a good worker takes away what does not go with home.
      return [{ kind: "bench", does: mendPair(feature) }, write(file), commit(), ...done];
    case "several":
      return [
        write("notes.txt", "one\n"),
        commit("Begin"),
        write(`${feature}.more`),
        commit("More"),
        write(file),
        commit(),
        ...done,
      ];
    case "nothing":
      return [
        { kind: "say", line: "DONE: nothing to do" },
        { kind: "exit", code: 0 },
      ];
    case "question":
      return [write(file), commit(), { kind: "say", line: "QUESTION: which one?" }, { kind: "exit", code: 0 }];
    case "fails":
      return [write(file), ...(chance.happens(0.5) ? [commit()] : []), { kind: "exit", code: 1 }];
    case "hangs":
      return [write(file), ...(chance.happens(0.5) ? [commit()] : [])];
    case "clashes":
      return [write("shared.txt", `one\n${feature} of ${order.run}\nthree\n`), write(file), commit(), ...done];
    case "leaves":
      return [write("half.txt"), commit("Half"), write(file), ...done];
    case "pairs":
      return [write(file), write(`${feature}.pair`), commit(), ...done];
    case "unfit":
      return [write("other.txt"), commit(), ...done];
    case "quota":
      return [{ kind: "quota" }, { kind: "exit", code: 1 }];
    case "rewinds":
      return [
        write("first.txt"),
        commit("First"),
        { kind: "bench", does: (bench) => bench.rewind() },
        write(file),
        commit(),
        ...done,
      ];
    case "wrecks":
      return [write(file), commit(), { kind: "bench", does: (bench) => bench.wreck() }, ...done];
    case "trespasses":
      return [write(`missions/${order.mission}/mission.md`, "---\nstatus: completed\n---\n"), commit(), ...done];
  }
}

/** Features that leave a `.pair` do not go together with another's: who sees both takes its own away. */
function mendPair(feature: string): (bench: Bench) => void {
  return (bench) => {
    if (bench.has(`${feature}.pair`)) bench.write(`${feature}.pair`, "");
  };
}
