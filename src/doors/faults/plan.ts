/**
 * The plan of faults that a test lays: a JSON file, `{ "faults": [{ "point": "refs.ledger", "nth": 2, "phase": "acted", "do":
 * "kill" }] }`. All processes of the test count together through files beside it: `count/` has one file for each time that
 * a planned point was reached, `happened/` one for each fault that happened, `points.log` a line for every point reached.
 */

import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `acted`: done, and not yet told. `confirmed`: told, and a turn of the event loop later. */
export type Phase = "before" | "acted" | "confirmed";

export type Errno = "ENOSPC" | "EIO" | "EROFS" | "EMFILE";

/**
 * `lie-success` and `lie-failure` answer what did not happen, or that it did not: before the effect it is then left out.
 * `hang`: no answer for `hangMs`, then what the door answers when its time is over.
 */
export type FaultAction = "kill" | "hang" | "lie-success" | "lie-failure" | { throw: Errno } | { delayMs: number };

export interface PlannedFault {
  point: string;
  /** From 1. */
  nth: number;
  phase: Phase;
  do: FaultAction;
}

export interface FaultPlan {
  faults: readonly PlannedFault[];
  /** How long `hang` takes. */
  hangMs?: number;
  /** By how much the clock of every process is ahead. */
  aheadMs?: number;
}

/** The file in the plan's folder that only a test makes: it names the git directories that faults are meant for, one a line. */
export const TEST_MARK = "git-mission-test-world";

/** Why a plan is not followed here, null when it is. `isTest`: the repository's own settings say `mission.test = true`. */
export function whyRefused(file: string, gitDir: string, isTest: boolean): string | null {
  const mark = join(dirname(file), TEST_MARK);
  const meant = existsSync(mark) ? readFileSync(mark, "utf8").split("\n") : [];
  if (!existsSync(file)) return `the plan of faults ${file} is not there`;
  if (!meant.includes(gitDir)) return `no test made ${gitDir} for the plan of faults ${file}`;
  return isTest ? null : `${gitDir} is no repository of a test: mission.test is not set in it`;
}

/** What of the plan is due when a point is reached. */
export interface Watch {
  readonly plan: FaultPlan;
  /** Notes that the point was reached. Answers the fault that happens now, once in the life of the plan. */
  meet(point: string, phase: Phase, family: string): FaultAction | null;
}

export function openPlan(file: string): Watch {
  const plan: FaultPlan = JSON.parse(readFileSync(file, "utf8"));
  const at = (...names: string[]) => join(dirname(file), ...names);
  for (const folder of ["count", "happened"]) mkdirSync(at(folder), { recursive: true });
  const role = process.argv[2] ?? "";
  return {
    plan,
    meet(point, phase, family) {
      const line = `${process.pid}\t${role}\t${point}\t${phase}\t${family}\n`;
      writeFileSync(at("points.log"), line, { flag: "a" });
      const here = plan.faults.filter((fault) => fault.point === point && fault.phase === phase);
      if (here.length === 0) return null;
      const nth = countUp(at("count", `${point}.${phase}`));
      const due = here.find((fault) => fault.nth === nth);
      if (due === undefined) return null;
      writeFileSync(at("happened", String(plan.faults.indexOf(due))), line);
      if (due.do !== "kill") return due.do;
      process.kill(process.pid, "SIGKILL");
      return null;
    },
  };
}

/** Each number is one process's: who makes the file has it. */
function countUp(file: string): number {
  for (let nth = 1; ; nth += 1) {
    try {
      closeSync(openSync(`${file}.${nth}`, "wx"));
      return nth;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}
