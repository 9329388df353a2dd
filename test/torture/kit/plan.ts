/** The plan of faults of one world: laid beside it, followed by every process that is started with its variable. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FaultPlan, type Phase, type PlannedFault, TEST_MARK } from "../../../src/doors/faults/plan.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import type { Machine } from "../../journeys/kit/machine.ts";

/** A point that a process reached: the `nth` time in its phase, over all processes. */
export interface Reached {
  point: string;
  nth: number;
  phase: Phase;
  /** How it can fail: `files`, `git`, `none`. */
  family: string;
  pid: number;
  /** The command of the process: `pulse`, `run-order`. */
  role: string;
}

export class Plan {
  readonly folder = temporaryFolder("faults");
  readonly file = join(this.folder, "plan.json");
  #plan: FaultPlan;

  constructor(faults: readonly PlannedFault[], machines: readonly Machine[]) {
    this.#plan = { faults, aheadMs: 0 };
    writeFileSync(join(this.folder, TEST_MARK), machines.map(({ gitDir }) => gitDir).join("\n"));
    this.#write();
  }

  /** Moves the clock of every process that starts from now on. */
  goAhead(ms: number): void {
    this.#plan = { ...this.#plan, aheadMs: (this.#plan.aheadMs ?? 0) + ms };
    this.#write();
  }

  /** From now on no fault happens; the clock stays ahead. */
  disarm(): void {
    this.#plan = { ...this.#plan, faults: [] };
    this.#write();
  }

  /** How many of the faults happened. */
  get happened(): number {
    const folder = join(this.folder, "happened");
    return existsSync(folder) ? readdirSync(folder).length : 0;
  }

  /** Every point that was reached, in the order in which they were. */
  get reached(): readonly Reached[] {
    const counts = new Map<string, number>();
    const file = join(this.folder, "points.log");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
    return lines.map((line) => {
      const [pid = "", role = "", point = "", phase = "", family = ""] = line.split("\t");
      const nth = (counts.get(`${point} ${phase}`) ?? 0) + 1;
      counts.set(`${point} ${phase}`, nth);
      return { point, nth, phase: phase as Phase, family, pid: Number(pid), role };
    });
  }

  #write(): void {
    writeFileSync(this.file, JSON.stringify(this.#plan));
  }
}

/**
 * The points that differ: an object that no ref names is invisible, so of those written in a row the first stands for all,
 * and of the lines of a run's own notes the first few.
 */
export function distinct(reached: readonly Reached[]): readonly Reached[] {
  const lastOf = new Map<number, string>();
  return reached.filter(({ point, phase, nth, pid }) => {
    const last = lastOf.get(pid);
    if (phase !== "confirmed") lastOf.set(pid, point);
    if (point === "objects") return phase === "before" && last !== "objects";
    return point !== "run.event" || nth <= 2;
  });
}

/**
 * One point for each disk that a kill can leave: of the points that a process comes to between two changes (none of its
 * effects begins or ends there) all leave the same, and the last stands for them.
 */
export function killMoments(reached: readonly Reached[]): readonly Reached[] {
  const last = new Map<string, Reached>();
  const done = new Map<number, { begun: number; ended: number }>();
  for (const each of reached) {
    const { begun, ended } = done.get(each.pid) ?? { begun: 0, ended: 0 };
    const after = { begun, ended: ended + (each.phase === "acted" ? 1 : 0) };
    last.set(`${each.pid} ${after.begun} ${after.ended}`, each);
    done.set(each.pid, { ...after, begun: begun + (each.phase === "before" ? 1 : 0) });
  }
  const kept = new Set(last.values());
  return reached.filter((each) => kept.has(each));
}
