/**
 * Holds a worker to its limits: wall time, silence, spending, output, disk. At the first limit it is told to end, and
 * made to after the grace; a stop does the same. Time is added up in steps, so that a machine that slept does not find
 * every worker of the night before over its time.
 */

import type { PriceOf } from "../../doors/prices.ts";
import type { RunningWorker, RuntimeDriver } from "../../doors/runtimes/driver.ts";
import { isCodingAgent } from "../../model/documents.ts";
import type { WorkerEnd } from "../../model/run.ts";
import type { Environment } from "../environment.ts";
import { minutesSoFar } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { makePermits, type Permits } from "./permissions.ts";
import { nameProgram } from "./program.ts";
import { GONE, startWorker } from "./start-worker.ts";
import { overBudget, settleUsage } from "./usage.ts";
import { type Problem, takeNotes, type WorkerNotes } from "./worker-notes.ts";

const TICK_MS = 200;
const LONGEST_STEP_MS = 30_000;
const DISK_EVERY_MS = 20_000;
/** A program may put another folder in the place of its workspace. */
const GONE_MS = 1_000;

type Limit = Exclude<WorkerEnd["reason"], "exited" | "spawn-failed">;
type Ending = Pick<Supervised, "problem"> & { reason: Limit; because: string };

export interface Supervised {
  end: WorkerEnd;
  notes: WorkerNotes;
  /** Who it was, as the record names it. */
  session: WorkerNotes["session"];
  /** What was overstepped, in words; null when the worker ended by itself. */
  because: string | null;
  /** What stood in its way at the end, and is no fault of its own. */
  problem: Problem | null;
  /** What it was denied, and what of it a person could allow. */
  permits: Pick<Permits, "asked" | "denied">;
}

/** Runs a worker to its end. Nothing of its process group is left then, and nothing that carries the run's mark. */
export async function superviseWorker(run: RunContext, driver: RuntimeDriver, env: Environment): Promise<Supervised> {
  const { doors, order, files } = run;
  let ending: Ending | null = null;
  let worker: RunningWorker | null = null;
  const endAs = (reason: Limit, because: string): void => {
    // What it does as it is ended says nothing of what it was at.
    ending ??= { reason, because, problem: notes.problem ?? findSilence(order, { reason, notes }) };
    worker?.stop(order.limits.killGraceMs);
  };
  const notes = takeNotes({
    files,
    redactor: run.redactor,
    now: doors.clock.now,
    onSpending(tally) {
      const over = overBudget(tally, order.limits);
      if (over !== null) endAs("over-budget", over);
    },
    priceOf: await findPrices(run),
    model: order.model,
    saysUsage: order.runtime !== null && !isCodingAgent(order.runtime),
  });
  const permits = makePermits(run, env);
  const startedAt = doors.clock.now();
  worker = startWorker(run, driver, { env, notes, permits, endAs });
  files.appendEvent({ at: startedAt, kind: "started", owner: worker.owner });
  const exit = await watch(run, { worker, notes, endAs });
  if (exit.broken !== undefined) endAs("broken", exit.broken);
  await doors.endSurvivors(order.run);
  // What did not start has cost nothing.
  if (exit.spawnError !== null) notes.onEvent({ kind: "cost", usd: 0, source: "reported" });
  notes.flush();
  // Widened: the compiler does not see that the callbacks above assign it.
  const ended = ending as Ending | null;
  const reason: WorkerEnd["reason"] = exit.spawnError === null ? (ended?.reason ?? "exited") : "spawn-failed";
  const reserve = { usd: run.claim.reserveUsd, tokens: run.claim.reserveTokens };
  const usage = settleUsage(notes.tally, order, reserve, minutesSoFar(run));
  const { lastSignal } = notes;
  const end = { exitCode: exit.exitCode, signal: exit.signal, reason, lastSignal, usage, tail: notes.tail() };
  const problem = ended === null ? notes.problem : ended.problem;
  const session = { ...notes.session, program: await nameProgram(run, notes.session.program, env) };
  return { end, notes, session, because: exit.spawnError ?? ended?.because ?? null, problem, permits };
}

/** An agent that waits for its model can't be to blame for its silence. */
function findSilence(
  { runtime }: RunContext["order"],
  { reason, notes }: { reason: WorkerEnd["reason"]; notes: WorkerNotes },
): Problem | null {
  if (reason !== "idle" || !notes.isWaiting || runtime === null || !isCodingAgent(runtime)) return null;
  const text = notes.isAnswered ? "its provider does not answer any more" : "its provider never answered";
  return { code: "provider", text, until: null };
}

async function findPrices({ doors, order: { runtime } }: RunContext): Promise<PriceOf | null> {
  return runtime?.cost === "unknown" && isCodingAgent(runtime) ? doors.loadPrices() : null;
}

interface Watched {
  worker: RunningWorker;
  notes: Pick<WorkerNotes, "isWaiting" | "problem" | "tick">;
  endAs(reason: Limit, because: string): void;
}

async function watch(run: RunContext, { worker, notes, endAs }: Watched) {
  const { clock } = run.doors;
  const { limits } = run.order;
  let over = false;
  const end = worker.end.finally(() => {
    over = true;
  });
  const disk = diskWatch(run, (used) => endAs("disk", `${used} bytes on disk, ${limits.diskBytes} allowed`));
  const checkOutput = (bytes: number): void => {
    if (bytes > limits.outputBytes) endAs("output", `${bytes} bytes of output, ${limits.outputBytes} allowed`);
  };
  let last = clock.now();
  let running = 0;
  let silent = 0;
  let heard = 0;
  let troubled = 0;
  let gone = 0;
  while (!over) {
    const now = clock.now();
    const step = Math.min(Math.max(0, now - last), LONGEST_STEP_MS);
    last = now;
    running += step;
    const bytes = worker.outputBytes();
    silent = bytes === heard ? silent + step : 0;
    heard = bytes;
    if (run.stop.reason !== null) endAs("stopped", run.stop.reason);
    if (running > limits.wallMs) endAs("timeout", `${limits.wallMs / 60_000} minutes are over`);
    if (silent > limits.idleMs) endAs("idle", silenceText(limits.idleMs, notes));
    // An agent without its provider goes on trying for ever, and says so each time.
    troubled = notes.problem === null ? 0 : troubled + step;
    if (troubled > limits.idleMs) endAs("idle", notes.problem?.text ?? "");
    checkOutput(bytes);
    disk(running);
    notes.tick();
    gone = run.files.inspectWorkspace() === "gone" ? gone + step : 0;
    if (gone > GONE_MS) endAs("gone", GONE);
    await Promise.race([clock.sleep(TICK_MS), end]);
  }
  await end;
  // A flood may be over before anybody looks.
  checkOutput(worker.outputBytes());
  return end;
}

function silenceText(ms: number, { isWaiting }: Pick<WorkerNotes, "isWaiting">): string {
  const minutes = ms / 60_000;
  const text = `no output for ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
  return isWaiting ? text : `${text}, in the middle of a tool`;
}

/** Measures now and then, one measurement at a time, without holding anything up. */
function diskWatch(run: RunContext, onFull: (used: number) => void): (runningMs: number) => void {
  const { measureDisk } = run.doors;
  const everyMs = Math.min(DISK_EVERY_MS, run.order.limits.wallMs / 10);
  let dueAt = everyMs;
  return (runningMs) => {
    if (runningMs < dueAt) return;
    dueAt = Number.POSITIVE_INFINITY;
    void measureDisk(run.files.workspace).then((used) => {
      dueAt = runningMs + everyMs;
      if (used !== null && used > run.order.limits.diskBytes) onFull(used);
    });
  };
}
