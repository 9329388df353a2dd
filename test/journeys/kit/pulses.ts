/** Pulses in this process, against real git and real runners, until something holds: bounded, and without waiting for clocks. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { deriveState } from "../../../src/derive/state.ts";
import type { Doors } from "../../../src/doors/doors.ts";
import { programBuild } from "../../../src/doors/package.ts";
import { isUnchanged } from "../../../src/doors/quick-look.ts";
import { observe } from "../../../src/observe/observe.ts";
import { type PulseOptions, type PulseResult, pulse } from "../../../src/pulse.ts";
import { statusJson } from "../../../src/view/status-json.ts";
import type { Machine } from "./machine.ts";
import { Sight } from "./sight.ts";

export interface Pulsed {
  sight: Sight;
  result: PulseResult;
}

export interface Bounds {
  maxPulses?: number;
  timeoutMs?: number;
  /** Longest time that is skipped when nothing but the clock would change anything. */
  skipMs?: number;
}

const TICK_MS = 20;

/**
 * One pulse of a machine. As in a process of its own, a plain one looks first whether anything has changed at all; `full`
 * passes that over.
 */
export async function pulseOnce(
  machine: Machine,
  { full = false, ...options }: PulseOptions & { full?: boolean } = {},
): Promise<Pulsed> {
  const isQuick = !full && Object.keys(options).length === 0;
  const { folder: cwd, env } = machine;
  const isIdle = isQuick && isUnchanged({ cwd, env, build: programBuild(), now: Date.now() + machine.ahead });
  return machine.withDoors(async (doors) => {
    const result = isIdle ? await stand(doors) : await pulse(doors, { whole: true, ...options });
    const state = result.state ?? deriveState(await observe(doors));
    return { result, sight: new Sight(statusJson(state, [])) };
  });
}

/** The last answer stands: nothing is done. */
async function stand(doors: Doors): Promise<PulseResult> {
  return { state: deriveState(await observe(doors)), decisions: [], applied: [], idle: true, healed: [], busy: false };
}

/** What a look without a pulse shows. */
export async function look(machine: Machine): Promise<Sight> {
  return machine.withDoors(async (doors) => new Sight(statusJson(deriveState(await observe(doors)), [])));
}

/** Pulses until something holds; fails as soon as nothing would ever change any more. */
export function pulseUntil(
  machine: Machine,
  what: string,
  holds: (sight: Sight) => boolean,
  bounds: Bounds = {},
): Promise<Sight> {
  return pulseTogether([machine], what, holds, bounds);
}

/** Several machines pulse in turn; what holds is asked of what each of them sees. */
export async function pulseTogether(
  machines: readonly Machine[],
  what: string,
  holds: (sight: Sight) => boolean,
  { maxPulses = 100, timeoutMs = 100_000, skipMs = 60_000 }: Bounds = {},
): Promise<Sight> {
  const giveUpAt = Date.now() + timeoutMs;
  const told: string[] = [];
  for (let count = 1; ; count += 1) {
    const before = printRuns(machines);
    const pulsed: Pulsed[] = [];
    for (const machine of machines) {
      const each = await pulseOnce(machine);
      pulsed.push(each);
      told.push(...each.result.applied.map(({ decision, applied }) => tell(count, decision.kind, applied)));
      if (holds(each.sight)) return each.sight;
    }
    const last = pulsed.at(-1)?.sight;
    const fail = (why: string) => new Error(`${why}: ${what}\n${last?.print()}\n${told.slice(-15).join("\n")}`);
    if (count >= maxPulses) throw fail(`${count} pulses in vain`);
    if (pulsed.some(({ result }) => result.applied.some(({ applied }) => applied.kind === "done"))) continue;
    // A run may have ended since the pulse saw it.
    if (printRuns(machines) !== before) continue;
    if (machines.some(hasLiveRun)) await nextEnd(machines, before, giveUpAt, fail);
    else if (!skip(machines, pulsed, skipMs)) throw fail("nothing more happens");
    if (Date.now() > giveUpAt) throw fail(`${timeoutMs} ms in vain`);
  }
}

/** Pulses until nothing of this host runs and nothing is decided. */
export async function pulseUntilIdle(machine: Machine, maxPulses = 60): Promise<Sight> {
  for (let count = 1; ; count += 1) {
    await waitForRuns(machine);
    const { sight, result } = await pulseOnce(machine);
    const moved = result.applied.some(({ applied }) => applied.kind === "done" || applied.kind === "lost");
    if (!moved && !hasLiveRun(machine)) return sight;
    if (count >= maxPulses) throw new Error(`not idle after ${count} pulses:\n${sight.print()}`);
  }
}

/** Waits until no process of the machine carries out a run. */
export async function waitForRuns(machine: Machine, timeoutMs = 30_000): Promise<void> {
  await waitUntil("the runs end", () => !hasLiveRun(machine), timeoutMs);
}

/** Waits until something holds. */
export async function waitUntil(what: string, holds: () => boolean, timeoutMs = 30_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await pause(TICK_MS);
  }
}

function tell(count: number, kind: string, applied: Pulsed["result"]["applied"][number]["applied"]): string {
  return `${count} ${kind}: ${applied.kind}, ${"detail" in applied ? applied.detail : applied.reason}`;
}

async function nextEnd(
  machines: readonly Machine[],
  before: string,
  giveUpAt: number,
  fail: (why: string) => Error,
): Promise<void> {
  while (printRuns(machines) === before) {
    if (Date.now() > giveUpAt) throw fail("a run does not end");
    await pause(TICK_MS);
  }
}

function printRuns(machines: readonly Machine[]): string {
  return JSON.stringify(machines.map((machine) => [...runsOf(machine)]));
}

/** Moves the clocks of the machines to the first moment at which anything could change. */
function skip(machines: readonly Machine[], pulsed: readonly Pulsed[], skipMs: number): boolean {
  const waits = pulsed.flatMap(({ result: { state } }) => (state?.until ? [state.until - state.at] : []));
  const next = Math.min(...waits, ...machines.flatMap(nextLook));
  if (next > skipMs) return false;
  for (const machine of machines) machine.ahead += Math.max(next, 1);
  return true;
}

/** How long the last answer stands by itself. */
function nextLook(machine: Machine): number[] {
  try {
    const { until } = JSON.parse(readFileSync(join(machine.state.cache, "last-answer.json"), "utf8"));
    return until === null ? [] : [until - Date.now() - machine.ahead];
  } catch {
    return [];
  }
}

function hasLiveRun(machine: Machine): boolean {
  return [...runsOf(machine).values()].includes("alive");
}

/** The runs of a machine by name: `alive` until their process has recorded the end or is gone. */
export function runsOf(machine: Machine): ReadonlyMap<string, "alive" | "over"> {
  const runs = machine.state.listRuns();
  return new Map(runs.map(({ run, owner, closed }) => [run, owner === "alive" && !closed ? "alive" : "over"]));
}
