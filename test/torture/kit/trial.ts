/** One trial: a fresh copy of a world, its faults, a walk to the end, the judgement. */

import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { PlannedFault } from "../../../src/doors/faults/plan.ts";
import type { Row } from "../part.ts";
import { type Judgement, judge } from "./judge.ts";
import { Plan, type Reached } from "./plan.ts";
import type { Scenario } from "./scenario.ts";
import { makeTemplate, type Stage, type Template } from "./stage.ts";
import { type Walked, type WalkOptions, walk } from "./walk.ts";

/** Pulses with effects that a crash may cost, and those that each run costs that has to be done again. */
const RECOVERY_PULSES = 2;
const PULSES_A_RUN = 2;

/** A scenario with its template, and how it goes when nothing happens to it. */
export interface Course {
  scenario: Scenario;
  template: Template;
  effects: number;
  runs: number;
  reached: readonly Reached[];
}

export interface Tried {
  happened: number;
  judgement: Judgement;
  walked: Walked;
}

/** Makes the template and runs it once without faults. Throws when that does not end well. */
export async function openCourse(scenario: Scenario): Promise<Course> {
  const template = makeTemplate(scenario.words);
  const stage = template.copy();
  const plan = new Plan([], stage.machines);
  const walked = await walk(stage, scenario, { plan });
  // Looking at how it ended reaches points too.
  const { reached } = plan;
  const judgement = await judge(stage, scenario, walked, { plan, mostEffects: Number.POSITIVE_INFINITY });
  const problems = [...Object.values(judgement).flat(), ...walked.complaints];
  if (problems.length > 0) throw new Error(`${scenario.name} fails without any fault:\n${problems.join("\n")}`);
  const course = { scenario, template, effects: walked.effects, runs: countRuns(stage), reached };
  strike(stage, plan);
  return course;
}

export interface TrialOptions extends Omit<WalkOptions, "plan"> {
  /** Done to the copy before anything happens in it, and taken back at the end. */
  prepare?: (stage: Stage) => void;
  clear?: (stage: Stage) => void;
  /** Faults that happened and do not come from the plan. */
  extra?: () => number;
}

export async function tryOut(
  { template, scenario, effects, runs }: Course,
  faults: readonly PlannedFault[],
  { extra = () => 0, prepare, clear, ...options }: TrialOptions = {},
): Promise<Tried> {
  const stage = template.copy();
  prepare?.(stage);
  const plan = new Plan(faults, stage.machines);
  const walked = await walk(stage, scenario, { ...options, plan });
  const happened = plan.happened + extra();
  const mostEffects =
    effects + Math.max(happened, 1) * (RECOVERY_PULSES + 1) + Math.max(countRuns(stage) - runs, 0) * PULSES_A_RUN;
  const judgement = await judge(stage, scenario, walked, { plan, mostEffects });
  clear?.(stage);
  const isWell = Object.values(judgement).flat().length === 0;
  if (isWell || !process.env.TORTURE_KEEP) strike(stage, plan);
  else
    console.error(`kept: ${stage.machines.map(({ folder, env }) => `${folder} ${env.HOME}`).join(" ")} ${plan.folder}`);
  return { happened, judgement, walked };
}

/** Adds what a trial came to. */
export function addTrial(row: Row, what: string, { happened, judgement }: Tried): Row {
  const { lost, duplicated, ungated, overBudget, idleWrites, astray } = judgement;
  const problems = Object.entries(judgement).flatMap(([kind, found]) =>
    found.map((text: string) => `${what}: ${kind}: ${text}`),
  );
  return {
    ...row,
    trials: row.trials + 1,
    faults: row.faults + happened,
    lost: (row.lost ?? 0) + lost.length,
    duplicated: (row.duplicated ?? 0) + duplicated.length,
    ungated: (row.ungated ?? 0) + ungated.length,
    overBudget: (row.overBudget ?? 0) + overBudget.length,
    idleWrites: (row.idleWrites ?? 0) + idleWrites.length,
    converged: (row.converged ?? 0) + (astray.length === 0 ? 1 : 0),
    notes: [...row.notes, ...problems],
  };
}

export function emptyRow(name: string): Row {
  const figures = { lost: 0, duplicated: 0, ungated: 0, overBudget: 0, idleWrites: 0, converged: 0 };
  return { name, trials: 0, faults: 0, ...figures, longestStopMs: null, notes: [] };
}

function countRuns({ machines, authority }: Stage): number {
  const log = machines[0]?.tryGit("-C", authority, "log", "--format=%s", "--glob=refs/mission/ledger/*").out ?? "";
  return log.split("\n").filter((subject) => subject.startsWith("claim: ")).length;
}

/** Takes a world off the disk: a long loop makes thousands. */
export function strike({ machines, authority }: Stage, { folder }: Plan): void {
  const homes = machines.map(({ env }) => env.HOME ?? "");
  for (const place of [...machines.map((machine) => dirname(machine.folder)), authority, ...homes, folder])
    if (place !== "") rmSync(place, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 });
}
