/** What live runs of this host have spent so far, as their workers report it; the ledger knows only when they are over. */

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../../doors/doors.ts";
import type { State } from "../../model/state.ts";
import { listLiveRuns, type RunSpending, type Spending } from "../../view/runs.ts";
import { readLocalFile } from "./handoff.ts";

/** A question to ask again and again: a run's events are read only when there are new ones. */
export function watchSpending(doors: Doors): (state: State) => Spending {
  const known = new Map<string, { size: number; spending: RunSpending }>();
  return (state) => {
    const mine = listLiveRuns(state).filter(({ run }) => run.claim.fact.host === doors.state.host);
    return new Map(mine.flatMap(({ run: { run } }) => (doors.state.readOrder(run) ? [[run, read(run)] as const] : [])));
  };

  function read(run: string): RunSpending {
    const size = statSync(join(doors.state.runFolder(run), "events.jsonl"), { throwIfNoEntry: false })?.size ?? 0;
    const last = known.get(run);
    if (last?.size === size) return last.spending;
    const { name = null, billing = null } = doors.state.readOrder(run)?.runtime ?? {};
    const usd = lastCost(readLocalFile({ doors }, run, "events.jsonl") ?? "");
    const spending = { usd, runtime: name, billing };
    known.set(run, { size, spending });
    return spending;
  }
}

/** A worker can write into its own events: what is no cost is passed over. */
function lastCost(events: string): number | null {
  const line = events.split("\n").findLast((text) => text.includes('"kind":"cost"'));
  try {
    const { usd } = JSON.parse(line ?? "{}");
    return typeof usd === "number" && Number.isFinite(usd) && usd >= 0 ? usd : null;
  } catch {
    return null;
  }
}
