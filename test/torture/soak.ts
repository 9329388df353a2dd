/**
 * An hour of ordinary life: three clones that pulse by themselves and are started again when they die, a person who edits, a
 * person who asks for more and more, and a kill -9 a minute. At the end everything that was asked for is done once, nothing
 * is lost, and the long-lived processes have not grown.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "../helpers/repositories.ts";
import { Machine } from "../journeys/kit/machine.ts";
import { featureFile, featurePath } from "../journeys/kit/mission-files.ts";
import { judge } from "./kit/judge.ts";
import { Person } from "./kit/person.ts";
import { Plan } from "./kit/plan.ts";
import type { Act, Scenario } from "./kit/scenario.ts";
import { makeTemplate, type Stage } from "./kit/stage.ts";
import { strikeDown } from "./kit/strike-down.ts";
import { addTrial, emptyRow, strike } from "./kit/trial.ts";
import { walk } from "./kit/walk.ts";
import { seeded } from "./loop.ts";
import type { Options, Part, Row } from "./part.ts";

interface Pace {
  lastsMs: number;
  killEveryMs: number;
  featureEveryMs: number;
  thoughtMs: number;
  pulseEvery: string;
}

const HOUR: Pace = {
  lastsMs: 3_600_000,
  killEveryMs: 60_000,
  featureEveryMs: 45_000,
  thoughtMs: 20_000,
  pulseEvery: "5s",
};
const QUICK: Pace = {
  lastsMs: 70_000,
  killEveryMs: 6_000,
  featureEveryMs: 6_000,
  thoughtMs: 4_000,
  pulseEvery: "1s",
};
const CLONES = ["Anna", "Bert", "Carl"];
const MISSION = "missions/toy/mission.md";
const MOST_TRIES = 20;
const RESTART_MS = 500;
/** Both ends of a life are measured by their median over so many samples. */
const SAMPLES = 5;
const MOST_GROWTH_MIB = 32;

const AGREE: Act = {
  name: "agree",
  isDue: ({ asks }) => asks.length > 0,
  type: ({ asks }) => ["approve", asks[0]?.id ?? ""],
};

export const soak: Part = { name: "soak", run: live };

async function live(options: Options): Promise<Row> {
  const pace = options.quick ? QUICK : { ...HOUR, lastsMs: Math.min(HOUR.lastsMs, options.mostMs) };
  const random = seeded(options.seed);
  const asked: string[] = [];
  const scenario = aScenario(asked);
  const stage = makeTemplate(scenario.words).copy();
  // A plan of its own marks what belongs to a machine.
  const plans = stage.machines.map((machine) => new Plan([], [machine]));
  for (const [index, machine] of stage.machines.entries()) machine.env.MISSION_TEST_FAULTS = plans[index]?.file ?? "";
  const person = new Person(stage, [MISSION], seeded(random() * 2 ** 31), pace.thoughtMs);
  const endAt = Date.now() + pace.lastsMs;
  const watchers = stage.machines.map((machine, index) =>
    keepWatching(new Watcher(machine, plans[index] ?? new Plan([], [])), pace.pulseEvery, endAt),
  );
  const [, , kills] = await Promise.all([
    person.work(endAt),
    askForMore(stage, asked, pace, endAt),
    killNowAndThen(watchers, { random, pace, endAt, tell: options.tell }),
    ...watchers.map(({ over }) => over),
  ]);
  const unfinished = person.finish();
  const plan = new Plan([], stage.machines);
  const walked = await walk(stage, scenario, { plan });
  const judged = await judge(stage, scenario, walked, { plan, mostEffects: Number.POSITIVE_INFINITY });
  const judgement = {
    ...judged,
    lost: [...judged.lost, ...person.findLost()],
    astray: [...judged.astray, ...(unfinished === null ? [] : [unfinished]), ...findGrowth(watchers)],
  };
  const row = addTrial(emptyRow("soak"), "soak", { happened: kills, judgement, walked });
  strike(stage, plan);
  rmSync(dirname(person.folder), { recursive: true, force: true });
  const minutes = Math.round(pace.lastsMs / 60_000);
  const starts = watchers.reduce((sum, watcher) => sum + watcher.starts, 0);
  const summary = `${minutes} min, ${asked.length} features asked for, ${person.count} lines typed, ${starts} starts of pulse --watch, ${describeGrowth(watchers)}`;
  return { ...row, notes: [...row.notes, summary] };
}

function aScenario(asked: readonly string[]): Scenario {
  return {
    name: "soak",
    words: {
      clones: CLONES,
      mission: { milestones: { first: { a0: {} } }, budget: "none" },
      config: { parallel: 3 },
      workers: (worker) =>
        worker.does(
          "default",
          'echo "$MISSION_FEATURE" > "$MISSION_FEATURE.txt"; commit; sleep 2; echo "DONE: wrote it"',
        ),
    },
    acts: [AGREE],
    check: (sight) => {
      const features = sight.mission().milestones.flatMap((milestone) => milestone.features);
      const open = features.filter(({ status }) => status !== "done").map(({ id, status }) => `${id} is ${status}`);
      const missing = asked.filter((id) => !features.some((feature) => feature.id === id));
      return [...open, ...missing.map((id) => `${id} was asked for and is not there`)];
    },
  };
}

class Watcher {
  readonly machine: Machine;
  readonly plan: Plan;
  child: ChildProcess | null = null;
  starts = 0;
  over: Promise<void> = Promise.resolve();
  /** MiB, in order of time, of one life after the other. */
  readonly memory: number[][] = [];

  constructor(machine: Machine, plan: Plan) {
    this.machine = machine;
    this.plan = plan;
  }

  sample(): void {
    const pid = this.child?.pid;
    const kib = pid === undefined ? Number.NaN : readMemory(pid);
    if (Number.isFinite(kib)) this.memory.at(-1)?.push(kib / 1024);
  }
}

/** What systemd does: starts it again whenever it ends. */
function keepWatching(watcher: Watcher, every: string, endAt: number): Watcher {
  const { machine } = watcher;
  watcher.over = (async () => {
    while (Date.now() < endAt) {
      const args = [machine.main, "pulse", "--watch", "--every", every];
      const child = spawn(process.execPath, args, { cwd: machine.folder, env: machine.env, stdio: "ignore" });
      watcher.child = child;
      watcher.starts += 1;
      watcher.memory.push([]);
      const timer = setTimeout(() => child.kill("SIGTERM"), endAt - Date.now());
      await once(child, "exit");
      clearTimeout(timer);
      watcher.child = null;
      await pause(RESTART_MS);
    }
  })();
  return watcher;
}

/** A further feature, from a clone of its own, as a person adds it. */
async function askForMore(stage: Stage, asked: string[], { featureEveryMs }: Pace, endAt: number): Promise<void> {
  const folder = join(temporaryFolder("asking"), "repository");
  mkdirSync(folder);
  const machine = new Machine(folder, "Rita");
  machine.git("clone", "-q", stage.authority, ".");
  while (Date.now() + featureEveryMs < endAt) {
    await pause(featureEveryMs);
    const id = `a${asked.length + 1}`;
    machine.git("fetch", "-q", "origin");
    machine.git("reset", "-q", "--hard", "origin/main");
    machine.write({ [featurePath(id)]: featureFile(id) });
    machine.commit(`Ask for ${id}`);
    if (push(machine)) asked.push(id);
  }
  rmSync(dirname(folder), { recursive: true, force: true });
}

function push(machine: Machine): boolean {
  for (let count = 0; count < MOST_TRIES; count += 1) {
    if (machine.tryGit("push", "-q", "origin", "HEAD:main").code === 0) return true;
    machine.tryGit("pull", "-q", "--rebase", "origin", "main");
  }
  return false;
}

/** Answers how often something was really killed. */
async function killNowAndThen(
  watchers: readonly Watcher[],
  { random, pace, endAt, tell }: { random: () => number; pace: Pace; endAt: number; tell: Options["tell"] },
): Promise<number> {
  let kills = 0;
  for (let count = 1; Date.now() + pace.killEveryMs < endAt; count += 1) {
    await pause(pace.killEveryMs);
    for (const watcher of watchers) watcher.sample();
    const watcher = watchers[Math.floor(random() * watchers.length)];
    if (!watcher?.child) continue;
    if (strikeDown(watcher.machine, { child: watcher.child, plan: watcher.plan, choice: random() })) kills += 1;
    if (count % 10 === 0) tell(`soak: ${kills} kills, ${Math.round((endAt - Date.now()) / 60_000)} min left`);
  }
  return kills;
}

function readMemory(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Growth of each life that was long enough to tell, in MiB. */
function growths(watchers: readonly Watcher[]): readonly number[] {
  return watchers
    .flatMap(({ memory }) => memory)
    .filter((life) => life.length >= 2 * SAMPLES)
    .map((life) => median(life.slice(-SAMPLES)) - median(life.slice(0, SAMPLES)));
}

function findGrowth(watchers: readonly Watcher[]): string[] {
  const most = Math.max(0, ...growths(watchers));
  return most > MOST_GROWTH_MIB ? [`a pulse --watch grew by ${most.toFixed(0)} MiB`] : [];
}

function describeGrowth(watchers: readonly Watcher[]): string {
  const most = growths(watchers);
  return most.length === 0
    ? "no life long enough to measure its memory"
    : `memory grew by at most ${Math.max(...most).toFixed(0)} MiB in ${most.length} lives`;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
