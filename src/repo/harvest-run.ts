/**
 * Takes over from a dead runner: ends what is left of its worker, saves what the worker made, and reads what it said.
 * Safe to do twice.
 */

import type { Processes } from "../doors/processes.ts";
import type { EndSurvivors } from "../doors/runtimes/program/survivors.ts";
import type { OpenRunFiles, RunEvent } from "../doors/runtimes/run-folder/run-files.ts";
import type { Order } from "../model/run.ts";
import { type Harvested, harvestWork, type WorkDoors } from "./import-work.ts";
import { type RunAccount, readAccount } from "./run-account.ts";

export interface HarvestDoors extends Omit<WorkDoors, "runFiles"> {
  processes: Processes;
  endSurvivors: EndSurvivors;
  openRunFiles: OpenRunFiles;
}

export type Remains = Harvested & RunAccount;

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
    return { ...harvested, ...readAccount(events, order) };
  } finally {
    files.close();
  }
}

function isOwner(owner: unknown): owner is NonNullable<Extract<RunEvent, { kind: "started" }>["owner"]> {
  return typeof owner === "object" && owner !== null && "pid" in owner && "startedAt" in owner;
}
