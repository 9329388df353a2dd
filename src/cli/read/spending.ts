/** What live runs of this host have spent so far, as their workers report it; the ledger knows only when they are over. */

import { statSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../../doors/doors.ts";
import { plainLine } from "../../format/plain-text.ts";
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
    const order = doors.state.readOrder(run);
    const { name = null, billing = null } = order?.runtime ?? {};
    const events = readLocalFile({ doors }, run, "events.jsonl") ?? "";
    const model = lastOf(events, "session")?.model ?? order?.model;
    const { usd } = lastOf(events, "cost") ?? {};
    const spending = {
      usd: typeof usd === "number" && Number.isFinite(usd) && usd >= 0 ? usd : null,
      agent: order?.role ?? null,
      runtime: name,
      model: typeof model === "string" ? plainLine(model) : null,
      billing,
    };
    known.set(run, { size, spending });
    return spending;
  }
}

/** A worker can write into its own events: what is none is passed over. */
function lastOf(events: string, kind: "cost" | "session"): Record<string, unknown> | null {
  const line = events.split("\n").findLast((text) => text.includes(`"kind":"${kind}"`));
  try {
    const event: unknown = JSON.parse(line ?? "null");
    return typeof event === "object" ? (event as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}
