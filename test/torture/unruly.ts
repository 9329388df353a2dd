/**
 * Workers that behave badly, carried out by processes of their own: each ends with the right word, with its work kept, with
 * nothing of it alive, in bounded memory. Then stops at random times. Figures that are measured stand in the notes.
 */

import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { bashShell } from "../../src/doors/runtimes/program/shell-bash.ts";
import { best, containments } from "../helpers/containments.ts";
import { UNRULY, UNRULY_AND_LONG, type UnrulyWorker } from "../helpers/unruly-workers.ts";
import { aWorld, processesIn, processesWith, type Run } from "../runner/world.ts";
import { seeded, shuffle } from "./loop.ts";
import type { Options, Part, Row } from "./part.ts";

const MIB = 1024 * 1024;
const MOST_MEMORY = 256 * MIB;
const STOP_MS = 10_000;
const STOPS = 20;
const STARTS = 100;
const QUICK_SHARE = 4;

/** What a worker does while it is stopped at any time. */
const STUBBORN: UnrulyWorker = {
  name: "stopped",
  script: `trap '' TERM HUP INT; (env -i setsid sleep 600 >/dev/null 2>&1 &)
for i in $(seq 1000); do echo $i > n.txt; git add -A; git commit -qm $i; sleep 0.05; done`,
  limits: { killGraceMs: 5_000 },
  outcome: "stopped",
  keeps: [],
};

interface Trial {
  problems: readonly string[];
  lost: number;
  peak: number;
  stopMs: number;
}

export const unruly: Part = {
  name: "unruly",
  async run(options) {
    const random = seeded(options.seed);
    const trials: Trial[] = [];
    const problems: string[] = [];
    const endAt = Date.now() + options.mostMs;
    const tasks = shuffle(listTasks(options, random), random);
    for (const { name, run } of tasks) {
      if (Date.now() > endAt) break;
      const trial = await run();
      trials.push(trial);
      problems.push(...trial.problems.map((problem) => `${name}: ${problem}`));
      options.tell(`unruly: ${trials.length} of ${tasks.length}, ${name}`);
    }
    const notes = [...problems, await describe(trials), ...leftOut(trials.length, tasks.length)];
    return row(trials, notes);
  },
};

function listTasks({ quick, scenario }: Options, random: () => number) {
  const possible = (quick ? UNRULY : UNRULY_AND_LONG).filter(
    ({ needsNamespace, name }) => (!needsNamespace || best.kind === "namespace") && name.includes(scenario),
  );
  const stops = Array.from({ length: quick ? STOPS / QUICK_SHARE : STOPS }, () => {
    const afterMs = Math.floor(random() * 3_000);
    return { name: `stopped after ${afterMs} ms`, run: () => carryOut(STUBBORN, afterMs) };
  });
  return [...possible.map((worker) => ({ name: worker.name, run: () => carryOut(worker, null) })), ...stops];
}

async function carryOut(worker: UnrulyWorker, stopAfterMs: number | null): Promise<Trial> {
  const { clone, order } = await aWorld();
  const branches = clone.run("for-each-ref", "refs/heads");
  const run = await order(worker.script, { limits: { killGraceMs: 500, ...worker.limits } });
  const { peak, stopMs } = await watch(run, stopAfterMs);
  const { fact, body } = await run.ended();
  const left = [...processesWith(`MISSION_RUN=${run.order.run}`), ...processesIn(run.folder)];
  const kept = run.work() ?? [];
  const lost = worker.keeps.filter((path) => !kept.includes(path)).length;
  const isRight = fact.outcome === worker.outcome || (stopAfterMs !== null && fact.outcome === "stopped");
  const problems = [
    isRight && (worker.says ?? /^/).test(body) ? null : `it ended ${fact.outcome}: ${body.slice(0, 100)}`,
    left.length === 0 ? null : `${left.length} processes are left`,
    peak < MOST_MEMORY ? null : `${Math.round(peak / MIB)} MiB of memory`,
    stopMs < STOP_MS ? null : `it took ${stopMs} ms to stop`,
    clone.run("for-each-ref", "refs/heads") === branches ? null : "a branch of the person's moved",
  ];
  return { problems: problems.filter((problem) => problem !== null), lost, peak, stopMs };
}

/** Until the process is gone: its largest memory, and how long a stop took. */
async function watch(run: Run, stopAfterMs: number | null): Promise<{ peak: number; stopMs: number }> {
  const child = run.start();
  let begunAt: number | null = null;
  let stoppedAt: number | null = null;
  let peak = 0;
  while (child.exitCode === null && child.signalCode === null) {
    peak = Math.max(peak, highestMemory(child.pid));
    // Before that there is nothing to stop: who ends the process then leaves a run that is recovered, not a report.
    if (begunAt === null && existsSync(run.workspace)) begunAt = Date.now();
    if (stopAfterMs !== null && stoppedAt === null && begunAt !== null && Date.now() - begunAt > stopAfterMs) {
      stoppedAt = Date.now();
      child.kill("SIGTERM");
    }
    await pause(20);
  }
  return { peak, stopMs: stoppedAt === null ? 0 : Date.now() - stoppedAt };
}

/** Bytes; 0 when it is gone, or where there is no /proc. */
function highestMemory(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

async function describe(trials: readonly Trial[]): Promise<string> {
  const peak = Math.max(0, ...trials.map((trial) => trial.peak));
  const stopMs = Math.max(0, ...trials.map((trial) => trial.stopMs));
  const starts: string[] = [];
  for (const [title, containment] of containments) starts.push(`${await medianStart(containment)} ms ${title}`);
  return `at most ${Math.round(peak / MIB)} MiB of memory, ${stopMs} ms to stop; a command starts and ends in ${starts.join(", ")}`;
}

async function medianStart(containment: Parameters<typeof bashShell>[0]): Promise<string> {
  const shell = bashShell(containment);
  const times: number[] = [];
  const env = { PATH: process.env.PATH ?? "" };
  const command = { command: "true", cwd: "/", env, timeoutMs: 60_000, killGraceMs: 100, keepBytes: 100 };
  for (let count = 0; count < STARTS; count++) {
    const begun = performance.now();
    await shell.run({ ...command, stop: new AbortController().signal, onLine: () => {} });
    times.push(performance.now() - begun);
  }
  return (times.sort((one, other) => one - other)[STARTS / 2] ?? 0).toFixed(1);
}

function leftOut(done: number, all: number): string[] {
  const notes = done < all ? [`${done} of ${all} were run in the time that was given`] : [];
  return best.kind === "group" ? [...notes, `no pid namespaces here: ${best.because}`] : notes;
}

function row(trials: readonly Trial[], notes: readonly string[]): Row {
  return {
    name: "unruly",
    trials: trials.length,
    faults: trials.length,
    lost: trials.reduce((sum, { lost }) => sum + lost, 0),
    duplicated: null,
    ungated: null,
    overBudget: null,
    idleWrites: null,
    longestStopMs: Math.max(0, ...trials.map(({ stopMs }) => stopMs)),
    converged: trials.filter(({ problems }) => problems.length === 0).length,
    notes,
  };
}
