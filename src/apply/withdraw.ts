import type { Applied, Stop, Withdraw } from "../model/decision.ts";
import type { ApplyContext } from "./context.ts";

/** Asks the process of a run to harvest and end; it ends by itself what it started. */
export async function applyWithdraw({ doors }: ApplyContext, { run, because }: Stop | Withdraw): Promise<Applied> {
  const order = doors.state.readOrder(run);
  if (!order) return { kind: "done", detail: `${run} has no folder any more` };
  const marker = `${doors.state.runFolder(run)}/withdraw`;
  if (!doors.files.exists(marker)) doors.files.writeText(marker, because);
  doors.processes.signal(order.owner, "SIGTERM", "process");
  return { kind: "done", detail: `ends ${run}: ${because}` };
}
