/**
 * Named places at which a test can kill the process: one before and one after each effect of the way from an order to a
 * landing. Without the folder that a test makes for it, reaching a place does nothing.
 */

import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

export const FAULT_POINTS = [
  "order.before",
  "order.written",
  "claim.appended",
  "run.spawned",
  "run.owned",
  "run.prepared",
  "worker.ended",
  "work.gathered",
  "report.made",
  "report.written",
  "report.settled",
  "land.built",
  "branch.moved",
  "land.done",
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

export interface Faults {
  reach(point: FaultPoint): void;
}

const noFaults: Faults = { reach: () => {} };

/**
 * Kills this process with SIGKILL at a point for which the folder in `MISSION_TEST_FAULTS` holds a file of its name. The
 * file is taken away first, so that the fault happens once.
 */
export function openFaults(env: Readonly<Record<string, string | undefined>>): Faults {
  const folder = env.MISSION_TEST_FAULTS;
  if (!folder) return noFaults;
  return {
    reach(point) {
      const file = join(folder, point);
      if (!existsSync(file)) return;
      rmSync(file);
      process.kill(process.pid, "SIGKILL");
    },
  };
}
