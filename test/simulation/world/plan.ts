/** What a seed makes of a world before anything happens in it: hosts, missions, habits of workers, checks, people and faults. */

import type { Chance } from "../time/chance.ts";
import { type Header, printContract, printDocument, printMission } from "./documents.ts";

export type Mode = "safety" | "liveness";

export interface MissionPlan {
  id: string;
  features: readonly string[];
  /** USD; null: no budget. */
  usd: number | null;
  /** The branch that the program makes home of. */
  home: string;
  signOff: "mission" | "milestone" | "feature";
  /** Work is reviewed before it lands. */
  isReviewed: boolean;
  milestones: readonly { id: string; features: readonly string[] }[];
}

export const WORKER_HABITS = [
  "commits",
  "several",
  "nothing",
  "question",
  "fails",
  "hangs",
  "clashes",
  "leaves",
  "pairs",
  "unfit",
  "quota",
  "rewinds",
  "wrecks",
  "trespasses",
] as const;

export type WorkerHabit = (typeof WORKER_HABITS)[number];

/** `mute`: it says nothing that is a verdict; `meddles`: it changes what it was to look at. */
export const REVIEWER_HABITS = {
  passes: 8,
  objects: 4,
  shrugs: 1,
  mute: 1,
  meddles: 1,
  hangs: 1,
  quota: 1,
} as const;

export type ReviewerHabit = keyof typeof REVIEWER_HABITS;

/** How often, in each case a probability at each chance. */
export interface FaultRates {
  /** At each choice point of a process: it is killed. */
  kill: number;
  /** At each choice point of a process of one chosen name: to meet what seldom runs. */
  killIn: { call: string; rate: number } | null;
  remote: { lost: number; unanswered: number; late: number; stale: number; refuse: number };
  /** Per hour and host. */
  reboots: number;
  freezes: number;
  vanishes: number;
  clockJumps: number;
}

export interface Plan {
  mode: Mode;
  hosts: number;
  isRemote: boolean;
  missions: readonly MissionPlan[];
  files: Readonly<Record<string, string>>;
  habits: Readonly<Record<WorkerHabit, number>>;
  /** How a worker tells what it spent. */
  costs: "honest" | "silent" | "absurd";
  faults: FaultRates;
  /** Actions of people an hour. */
  people: number;
  /** Virtual time at which faults and people's own ideas end. */
  calmAt: number;
  endAt: number;
  pulseEveryMs: number;
  yields: number;
}

const MINUTE = 60_000;
const NO_FAULTS: FaultRates = {
  kill: 0,
  killIn: null,
  remote: { lost: 0, unanswered: 0, late: 0, stale: 0, refuse: 0 },
  reboots: 0,
  freezes: 0,
  vanishes: 0,
  clockJumps: 0,
};

export interface PlanWords {
  mode: Mode;
  size: Size;
}

/** Many small worlds find more than a few large ones; what needs time or company happens in the larger ones. */
export type Size = "small" | "medium" | "large";

interface Measures {
  hosts: number;
  features: number;
  /** Minutes in which faults happen and people have ideas, from and to. */
  minutes: readonly [number, number];
  /** Minutes that a world for safety goes on afterwards. */
  after: number;
  /** Seconds between the pulses that cron starts. */
  pulses: readonly number[];
  /** How much more often than in a long world machines fail. */
  haste: number;
}

const MEASURES: Readonly<Record<Size, Measures>> = {
  small: { hosts: 2, features: 2, minutes: [2, 9], after: 12, pulses: [30, 60, 90], haste: 4 },
  medium: { hosts: 2, features: 3, minutes: [6, 25], after: 30, pulses: [15, 30, 60], haste: 1 },
  large: { hosts: 5, features: 4, minutes: [20, 90], after: 90, pulses: [15, 30, 60], haste: 1 },
};

export function drawPlan(chance: Chance, { mode, size }: PlanWords): Plan {
  const measures = MEASURES[size];
  const isRemote = chance.happens(0.5);
  const hosts = isRemote ? chance.between(1, measures.hosts) : 1;
  // Features that are each green and red together: two of them in one chain, and nothing that parts them.
  const isPaired = chance.happens(0.15);
  const missions = drawMissions(chance, { size, isPaired });
  const calmAt = chance.between(...measures.minutes) * MINUTE;
  return {
    mode,
    hosts,
    isRemote,
    missions: missions.map(({ plan }) => plan),
    files: Object.assign(
      { "README.md": "hello\n", "shared.txt": "one\ntwo\nthree\n" },
      { "missions/config.md": drawConfig(chance) },
      ...missions.map(({ files }) => files),
    ),
    habits: drawHabits(chance, isPaired),
    costs: chance.weigh({ honest: 6, silent: 2, absurd: 2 }),
    faults: drawFaults(chance, isRemote, measures.haste),
    people: chance.pick([0, 6, 20, 40]),
    calmAt,
    endAt: calmAt + (mode === "liveness" ? 200 * 60 : measures.after) * MINUTE,
    pulseEveryMs: chance.pick(measures.pulses) * 1_000,
    yields: chance.pick([0.02, 0.2, 0.5]),
  };
}

interface MissionWords extends Pick<PlanWords, "size"> {
  isPaired: boolean;
}

function drawMissions(chance: Chance, words: MissionWords) {
  const { size } = words;
  const count = size === "large" && chance.happens(0.4) ? 2 : 1;
  return Array.from({ length: count }, (_, index) => drawMission(chance, index === 0 ? "toy" : "tool", words));
}

function drawMission(
  chance: Chance,
  id: string,
  { size, isPaired }: MissionWords,
): { plan: MissionPlan; files: Record<string, string> } {
  const names = ["a", "b", "c", "d"]
    .slice(0, chance.between(1, MEASURES[size].features))
    .map((name) => `${id}-${name}`);
  const mode = chance.pick(["poc", "full"] as const);
  const inDefault = chance.happens(mode === "poc" ? 0.5 : 0.25);
  // Where features land on the default branch itself, each is signed.
  const signOff =
    mode === "full" && inDefault
      ? ("feature" as const)
      : chance.pick(isPaired ? (["mission"] as const) : (["mission", "milestone", "feature"] as const));
  const usd = chance.weigh({ wide: 6, tight: 3, none: 1 });
  const limit = usd === "none" ? null : usd === "wide" ? 100 : chance.pick([4, 6, 10]);
  const isSplit = names.length > 1 && !isPaired && chance.happens(0.3);
  const parts = isSplit ? { first: names.slice(0, 1), second: names.slice(1) } : { first: names };
  const milestones = Object.fromEntries(
    Object.entries(parts).map(([milestone, features]) => [
      milestone,
      Object.fromEntries(
        features.map((name, index) => [
          name,
          drawFeature(chance, name, isPaired ? [] : features.slice(0, index), mode),
        ]),
      ),
    ]),
  );
  const contract = chance.happens(0.25)
    ? printContract("VAL-TOY-001", `has ${names.map((name) => `${name}.txt`).join(" ")}`)
    : null;
  const isReviewed = mode === "full" && chance.aside().happens(0.4);
  const header: Header = {
    mode,
    home: inDefault ? "default" : "branch",
    sign_off: signOff,
    budget: limit === null ? "none" : { usd: limit },
    verify: isPaired || chance.happens(0.3) ? [{ run: `not both ${names[0]}.pair ${names.at(-1)}.pair` }] : undefined,
    review: isReviewed ? "coder" : undefined,
  };
  const files = printMission({ id, header, milestones, contract });
  const home = inDefault ? "main" : `mission/${id}/home`;
  const order = Object.entries(parts).map(([milestone, features]) => ({ id: milestone, features }));
  return { plan: { id, features: names, usd: limit, home, signOff, isReviewed, milestones: order }, files };
}

function drawFeature(chance: Chance, name: string, before: readonly string[], mode: "poc" | "full"): Header {
  const needs = before.length > 0 && chance.happens(0.3) ? [chance.pick(before)] : [];
  const hasCheck = mode === "full" ? chance.happens(0.9) : chance.happens(0.7);
  const command = chance.weigh({ [`has ${name}.txt`]: 8, "hangs at times": 1 });
  return {
    size: chance.pick(["S", "M"]),
    depends_on: needs.length > 0 ? needs : undefined,
    verify: hasCheck ? [{ run: command }] : undefined,
    risk: chance.happens(0.1) ? "red" : undefined,
  };
}

function drawConfig(chance: Chance): string {
  const header: Header = {
    parallel: chance.between(1, 3),
    runtime: "script",
    runtimes: { script: { kind: "command", run: ["agent"], cost: "unknown" } },
    limits: { idle_minutes: 10 },
    setup: chance.happens(0.2) ? ["ok"] : undefined,
    verify: chance.happens(0.3) ? [{ run: "not both toy-a.pair toy-b.pair" }] : undefined,
  };
  return printDocument(header, "");
}

/** Most workers work. Each world has a few bad habits of its own, so that they meet one another. */
function drawHabits(chance: Chance, isPaired: boolean): Record<WorkerHabit, number> {
  const habits = Object.fromEntries(WORKER_HABITS.map((habit) => [habit, 0])) as Record<WorkerHabit, number>;
  habits.commits = 10;
  if (isPaired) habits.pairs = 60;
  if (chance.happens(0.1)) habits.question = 10;
  for (let count = chance.between(0, 4); count > 0; count -= 1)
    habits[chance.pick(WORKER_HABITS)] += chance.pick([2, 6]);
  return habits;
}

function drawFaults(chance: Chance, isRemote: boolean, haste: number): FaultRates {
  if (chance.happens(0.1)) return NO_FAULTS;
  const often = () => chance.pick([0, 0, 0.02, 0.1]);
  return {
    kill: chance.pick([0, 0.0005, 0.002, 0.006]),
    killIn: chance.happens(0.3)
      ? { call: chance.pick(["push", "state.", "updateRefs", "fetch", "importRef"]), rate: 0.05 }
      : null,
    remote: isRemote
      ? { lost: often(), unanswered: often(), late: often(), stale: often(), refuse: chance.pick([0, 0, 0, 0.02]) }
      : NO_FAULTS.remote,
    reboots: haste * chance.pick([0, 0, 1]),
    freezes: haste * chance.pick([0, 0, 2]),
    vanishes: isRemote ? haste * chance.pick([0, 0, 1]) : 0,
    clockJumps: haste * chance.pick([0, 0, 3]),
  };
}
