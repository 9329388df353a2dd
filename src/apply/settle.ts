import type { Applied, Settle } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import { settleReports } from "../repo/settle.ts";
import type { ApplyContext } from "./context.ts";

/** Appends reports that their own processes left behind. */
export async function applySettle({ doors, ledger }: ApplyContext, { runs }: Settle): Promise<Applied> {
  const { appended, waiting } = await settleReports({ ...ledger, state: doors.state }, runs, LIMITS.networkMs);
  const [first] = waiting;
  if (first && appended === 0) return { kind: "waits", reason: `${first.run}: ${first.reason}` };
  return { kind: "done", detail: `recorded ${count(appended, "report")} of ${count(runs.length, "run")}` };
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}
