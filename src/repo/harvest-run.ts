/**
 * Takes over from a dead runner: ends what is left of its worker, saves what the worker made, and reads what it said.
 * Safe to do twice.
 */

import type { Processes } from "../doors/processes.ts";
import type { OpenRunFiles, RunEvent } from "../doors/runtimes/run-files.ts";
import type { EndSurvivors } from "../doors/runtimes/survivors.ts";
import { laterSignal } from "../format/signal.ts";
import type { Order, Signal } from "../model/run.ts";
import { type Harvested, harvestWork, type WorkDoors } from "./import-work.ts";

export interface HarvestDoors extends Omit<WorkDoors, "runFiles"> {
  processes: Processes;
  endSurvivors: EndSurvivors;
  openRunFiles: OpenRunFiles;
}

export interface Remains extends Harvested {
  /** The last signal that counts: a question survives the runner. */
  lastSignal: Signal | null;
  /** Cumulative figures as last reported; null when the worker never said any. */
  usd: number | null;
  usdSource: "reported" | "priced" | null;
  tokens: { input: number; output: number; cached: number } | null;
  session: string | null;
  /** From the start of the worker to the last sign of it; 0 when it never started. */
  minutes: number;
}

/** Call only when the order's owner is provably dead: it ends the run's processes. */
export async function harvestRun(doors: HarvestDoors, order: Order, folder: string): Promise<Remains> {
  const files = doors.openRunFiles(folder, { logBytes: 0 });
  try {
    const events = files.readEvents();
    for (const event of events) {
      // Only if it is provably that process: the number may be another's by now, and the file is not beyond doubt.
      if (event.kind === "started" && isOwner(event.owner)) doors.processes.signal(event.owner, "SIGKILL", "group");
    }
    await doors.endSurvivors(order.run);
    const harvested = await harvestWork({ ...doors, runFiles: files }, order);
    return { ...harvested, ...readRemains(events) };
  } finally {
    files.close();
  }
}

function readRemains(events: readonly RunEvent[]): Omit<Remains, keyof Harvested> {
  const remains: Omit<Remains, keyof Harvested> = {
    lastSignal: null,
    usd: null,
    usdSource: null,
    tokens: null,
    session: null,
    minutes: 0,
  };
  const started = events.find(({ kind }) => kind === "started")?.at ?? null;
  for (const event of events) {
    if (event.kind === "signal") remains.lastSignal = laterSignal(remains.lastSignal, event.signal);
    if (event.kind === "cost" && isFigure(event.usd)) {
      remains.usd = Math.max(remains.usd ?? 0, event.usd);
      remains.usdSource = event.source === "priced" ? "priced" : "reported";
    }
    if (event.kind === "usage" && [event.input, event.output, event.cached].every(isFigure)) {
      remains.tokens = { input: event.input, output: event.output, cached: event.cached };
    }
    if (event.kind === "session" && typeof event.id === "string") remains.session = event.id;
    if (started !== null && isFigure(event.at))
      remains.minutes = Math.max(remains.minutes, (event.at - started) / 60_000);
  }
  return remains;
}

function isFigure(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function isOwner(owner: unknown): owner is NonNullable<Extract<RunEvent, { kind: "started" }>["owner"]> {
  return typeof owner === "object" && owner !== null && "pid" in owner && "startedAt" in owner;
}
