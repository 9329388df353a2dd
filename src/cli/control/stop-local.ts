/** Runs of this host that are to end now: told through their folders, waited for, and ended by force when they don't. */

import { join } from "node:path";
import type { Doors } from "../../doors/doors.ts";
import { survivorsOf } from "../../doors/runtimes/program/survivors.ts";
import { LIMITS } from "../../model/limits.ts";
import type { LocalRun } from "../../model/run.ts";
import type { ControlTarget } from "./control-target.ts";

type LocalDoors = Pick<Doors, "state" | "processes" | "files" | "clock">;
type IsConcerned = ControlTarget["isConcerned"];

const TICK_MS = 100;
/** What a forced end itself may take. */
const FORCE_MS = 1_500;

/** Asks runs to end; each looks at its folder several times a second, keeps its work and stops. Answers those that live. */
export function withdrawLocal(
  { state, files }: LocalDoors,
  isConcerned: IsConcerned,
  because: string,
): readonly LocalRun[] {
  const runs = state
    .listRuns()
    .filter((run) => run.owner === "alive" && !run.closed && isConcerned({ ...run.order, run: run.run }));
  for (const { run } of runs) {
    const marker = join(state.runFolder(run), "withdraw");
    if (!files.exists(marker)) files.writeText(marker, `${because}\n`);
  }
  return runs;
}

export interface LocalEnd {
  ended: readonly string[];
  /** Had to be killed: the next pulse of this host keeps their work. */
  killed: readonly string[];
}

/** Comes back when the processes of these runs are gone, at the latest after 10 s: then they are killed. */
export async function endLocal(doors: LocalDoors, isConcerned: IsConcerned, because: string): Promise<LocalEnd> {
  const seen = new Set<string>();
  // Looked at again each time: one that began in this moment has to end as well.
  const listLeft = () => {
    for (const { run } of withdrawLocal(doors, isConcerned, because)) seen.add(run);
    // One that has recorded its end is through with its work and not yet gone.
    return doors.state.listRuns().filter(({ run, owner }) => seen.has(run) && owner === "alive");
  };
  const stubborn = await waitForNone(doors.clock, LIMITS.stopMs - FORCE_MS, listLeft);
  for (const { run, order } of stubborn) {
    doors.processes.signal(order.owner, "SIGKILL", "group");
    await survivorsOf(doors.processes)(run);
  }
  await waitForNone(doors.clock, FORCE_MS, listLeft);
  const killed = stubborn.map(({ run }) => run);
  return { ended: [...seen].filter((run) => !killed.includes(run)), killed };
}

async function waitForNone<T>(clock: Doors["clock"], ms: number, list: () => readonly T[]): Promise<readonly T[]> {
  const end = clock.now() + ms;
  let left = list();
  while (left.length > 0 && clock.now() < end) {
    await clock.sleep(TICK_MS);
    left = list();
  }
  return left;
}
