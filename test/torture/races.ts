/**
 * Four clones of one remote, each with pulses at random times that are killed at random times, alone or with all that runs
 * there, while a person edits, commits, amends, rebases, saves and pushes. Then no more faults, until all is at rest. What
 * the person typed is remembered and looked for at the end.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Machine } from "../journeys/kit/machine.ts";
import { type FeatureWords, featurePath } from "../journeys/kit/mission-files.ts";
import { judge } from "./kit/judge.ts";
import { Person } from "./kit/person.ts";
import { Plan } from "./kit/plan.ts";
import { type Act, completed, type Scenario } from "./kit/scenario.ts";
import { makeTemplate, type Stage } from "./kit/stage.ts";
import { strikeDown } from "./kit/strike-down.ts";
import { emptyRow, strike, type Tried } from "./kit/trial.ts";
import { walk } from "./kit/walk.ts";
import { runTasks, seeded } from "./loop.ts";
import type { Part } from "./part.ts";

const CLONES = ["Anna", "Bert", "Carl", "Dora"];
const TRIALS = 60;
const RACE_MS = 40_000;
const QUICK_RACE_MS = 12_000;
const LONGEST_GAP_MS = 700;
const LATEST_KILL_MS = 1_500;
const KILL_CHANCE = 0.35;
const PULSE_MS = 120_000;

interface Race {
  scenario: Scenario;
  /** Paths that the person edits beside notes of code; null: nobody edits and nothing is killed. */
  edited: readonly string[] | null;
}

/** Whatever the mission asks of a person gets a yes. */
const AGREE: Act = {
  name: "agree",
  isDue: ({ asks }) => asks.length > 0,
  type: ({ asks }) => ["approve", asks[0]?.id ?? ""],
};

const MISSION = "missions/toy/mission.md";
const STRICT = { mode: "full", home: "branch", verify: [{ run: "test -f README.md" }] };

const RACES: readonly Race[] = [
  { scenario: aScenario("races-poc", { first: features("a", 8) }), edited: [MISSION, featurePath("a8")] },
  {
    scenario: aScenario("races-full", { first: features("a", 4), second: features("b", 3) }, STRICT),
    edited: [MISSION],
  },
  // Twenty features, and each is given to one run.
  { scenario: aScenario("races-calm", { first: features("a", 20) }), edited: null },
];

export const races: Part = {
  name: "races",
  async run(options) {
    const random = seeded(options.seed);
    const wanted = RACES.filter(({ scenario }) => scenario.name.includes(options.scenario));
    const raceMs = options.quick ? QUICK_RACE_MS : RACE_MS;
    const tasks = Array.from({ length: TRIALS }, (_, number) => wanted[number % wanted.length]).flatMap(
      (race, number) => {
        const seed = Math.floor(random() * 2 ** 31);
        if (race === undefined) return [];
        return [{ what: `${race.scenario.name} ${number}`, run: () => runRace(race, seeded(seed), raceMs) }];
      },
    );
    // A trial is five people's machines: two at once would only wait for one another.
    const deadline = Date.now() + options.mostMs;
    const row = await runTasks(emptyRow("races"), tasks, { ...options, jobs: 1, deadline });
    return row.trials < tasks.length ? { ...row, notes: [...row.notes, `${row.trials} of ${tasks.length}`] } : row;
  },
};

function features(letter: string, count: number): Record<string, FeatureWords> {
  const ids = Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
  return Object.fromEntries(ids.map((id, index) => [id, index % 3 === 2 ? { depends_on: [ids[index - 1]] } : {}]));
}

function aScenario(
  name: string,
  milestones: Record<string, Record<string, FeatureWords>>,
  header: Record<string, unknown> = {},
): Scenario {
  const ids = Object.values(milestones).flatMap((milestone) => Object.keys(milestone));
  return {
    name,
    words: {
      clones: CLONES,
      mission: { milestones, ...header },
      config: { parallel: 4 },
      workers: (worker) =>
        worker.does(
          "default",
          'echo "$MISSION_FEATURE" > "$MISSION_FEATURE.txt"; commit; sleep 0.3; echo "DONE: wrote it"',
        ),
    },
    acts: [AGREE],
    check: completed(Object.fromEntries(ids.map((id) => [`${id}.txt`, `${id}\n`]))),
  };
}

async function runRace({ scenario, edited }: Race, random: () => number, raceMs: number): Promise<Tried> {
  const stage = makeTemplate(scenario.words).copy();
  const person = edited === null ? null : new Person(stage, edited, seeded(random() * 2 ** 31));
  const endAt = Date.now() + raceMs;
  const chance = edited === null ? 0 : KILL_CHANCE;
  const [, ...kills] = await Promise.all([
    person?.work(endAt),
    ...stage.machines.map((machine) => pulseAtRandom(machine, { random: seeded(random() * 2 ** 31), chance, endAt })),
  ]);
  const unfinished = person?.finish() ?? null;
  const plan = new Plan([], stage.machines);
  const walked = await walk(stage, scenario, { plan });
  const judged = await judge(stage, scenario, walked, { plan, mostEffects: Number.POSITIVE_INFINITY });
  const judgement = {
    ...judged,
    lost: [...judged.lost, ...(person?.findLost() ?? [])],
    duplicated: [...judged.duplicated, ...(edited === null ? findSecondRuns(stage) : [])],
    astray: [...judged.astray, ...(unfinished === null ? [] : [unfinished])],
  };
  strike(stage, plan);
  if (person !== null) rmSync(dirname(person.folder), { recursive: true, force: true });
  return { happened: kills.reduce((sum, count) => sum + count, 0), judgement, walked };
}

/** Pulses of one machine until the race is over. Answers how often something was really killed. */
async function pulseAtRandom(
  machine: Machine,
  { random, chance, endAt }: { random: () => number; chance: number; endAt: number },
): Promise<number> {
  // A plan of its own marks what belongs to this machine.
  const plan = new Plan([], [machine]);
  let kills = 0;
  while (Date.now() < endAt) {
    await pause(random() * LONGEST_GAP_MS);
    const child = spawn(process.execPath, [machine.main, "pulse"], {
      cwd: machine.folder,
      env: { ...machine.env, MISSION_TEST_FAULTS: plan.file },
      stdio: "ignore",
      detached: true,
    });
    const over = once(child, "exit");
    const timer = setTimeout(() => child.kill("SIGKILL"), PULSE_MS);
    if (random() < chance) {
      await Promise.race([over, pause(random() * LATEST_KILL_MS)]);
      if (strikeDown(machine, { child, plan, choice: random() })) kills += 1;
    }
    await over;
    clearTimeout(timer);
  }
  return kills;
}

/** Nothing was killed and nobody changed their mind: a feature that two runs were claimed for was given away twice. */
function findSecondRuns({ machines, authority }: Stage): string[] {
  const log = machines[0]?.tryGit("-C", authority, "log", "--format=%s", "refs/mission/ledger/toy").out ?? "";
  const claims = log.split("\n").filter((subject) => /^claim: \S+ attempt /.test(subject));
  const features = claims.map((subject) => subject.split(" ")[1]);
  return [...new Set(features)].flatMap((feature) => {
    const count = features.filter((other) => other === feature).length;
    return count > 1 ? [`${feature} was given to ${count} runs`] : [];
  });
}
