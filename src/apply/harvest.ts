import { giveVariables } from "../model/given-variables.ts";
import { type HarvestDoors, harvestRun, type Remains } from "../repo/harvest-run.ts";
import { type RunAccount, readAccount } from "../repo/run-account.ts";
import type { ApplyContext } from "./context.ts";

/** Takes in what a dead process of this host left of a run: null when the run has no order here. */
export async function harvest({ doors, authority }: ApplyContext, run: string): Promise<Remains | null> {
  const order = doors.state.readOrder(run);
  if (!order) return null;
  const { git, clock, processes, endSurvivors, openRunFiles } = doors;
  const { secrets } = giveVariables(order, doors.env);
  const tools: HarvestDoors = { git, clock, processes, endSurvivors, openRunFiles, authority, secrets };
  return harvestRun(tools, order, doors.state.runFolder(run));
}

/** What a dead process of this host left of a run that makes no work. What it had started is not worth anything to anybody. */
export async function endRun({ doors }: ApplyContext, run: string): Promise<RunAccount | null> {
  await doors.endSurvivors(run);
  const order = doors.state.readOrder(run);
  if (!order) return null;
  const files = doors.openRunFiles(doors.state.runFolder(run), { logBytes: 0 });
  try {
    return readAccount(files.readEvents(), order);
  } finally {
    files.close();
  }
}
