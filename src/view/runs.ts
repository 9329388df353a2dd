/** What runs now, as rows. */

import type { RunEntry } from "../model/ledger.ts";
import type { MissionState, State } from "../model/state.ts";
import { aboutNames } from "./log.ts";
import { moneyText, usdText } from "./money.ts";
import type { Page } from "./page.ts";
import { dotted, span } from "./span.ts";
import type { Row } from "./table.ts";
import { durationText } from "./time.ts";

export interface LiveRun {
  mission: MissionState;
  run: RunEntry;
}

/** What a live run has spent so far and who spends it, as far as this host knows. */
export interface RunSpending {
  usd: number | null;
  agent?: string | null;
  runtime: string | null;
  model?: string | null;
  billing?: "api" | "subscription" | null;
}

/** By run. */
export type Spending = ReadonlyMap<string, RunSpending>;

export const NOTHING_KNOWN: Spending = new Map();

/** Live runs of all missions, the longest running first. */
export function listLiveRuns(state: State): readonly LiveRun[] {
  const runs = state.missions.flatMap((mission) => mission.liveRuns.map((run) => ({ mission, run })));
  return runs.sort((a, b) => a.run.claim.record.at - b.run.claim.record.at);
}

/** One live run: what it works on, since when, at what cost, its name, who does it, and where if that is not here. */
export function liveRunRow({ mission, run }: LiveRun, state: State, page: Page, spending = NOTHING_KNOWN): Row {
  const { fact, record } = run.claim;
  const names = aboutNames(mission.id, fact.about);
  const name = names.length > 2 ? `${names[0]} and ${names.length - 1} more` : names.join(", ");
  const attempt = fact.runKind === "work" && fact.attempt > 1 ? `attempt ${fact.attempt}` : "";
  const place = fact.host === state.host ? "" : `on ${fact.host}`;
  const { usd = null, agent, runtime, model, billing } = spending.get(run.run) ?? {};
  const subscription = billing === "subscription" ? (usd ?? 0) : 0;
  const facts = dotted(
    span(durationText(page.now - record.at)),
    span(usd === null ? "" : moneyText({ usd, assumed: 0, subscription }) || usdText(usd)),
    span(attempt, "quiet"),
    span(run.run, "quiet"),
    span(agent ?? "", "quiet"),
    span([runtime, model, place].filter((word) => word).join(" "), "quiet"),
  );
  return { cells: [span(fact.runKind, "moving"), span(name)], text: facts, fit: "cut" };
}
