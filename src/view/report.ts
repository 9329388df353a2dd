/** What happened and what it cost, for a time or from the beginning. */

import { thingName } from "../model/ids.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { Fact, Outcome } from "../model/record.ts";
import type { Cost, MissionState, State } from "../model/state.ts";
import { type CostGroup, type CostLine, groupCosts, runCost, sumCosts } from "./cost-share.ts";
import { progressOf } from "./mission-head.ts";
import { costText, sourcedCostText } from "./money.ts";
import type { Page } from "./page.ts";
import { dotted, gap, type Span, span } from "./span.ts";
import { BLANK, heading, type Line, type Row, renderTable } from "./table.ts";
import { dateText, isoText } from "./time.ts";

/** One mission of `mission report --json`: `{ schema, since, at, missions }`. */
export interface MissionReport {
  id: string;
  title: string;
  status: string;
  progress: { done: number; total: number };
  landed: readonly string[];
  /** Of the features that landed, how many needed one work run and no answer or override of a person. */
  unaided: number;
  sentBack: number;
  runs: { total: number; outcomes: Partial<Record<Outcome, number>> };
  asked: number;
  answered: number;
  waiting: number;
  cost: Cost;
  by: readonly { group: CostGroup; lines: readonly CostLine[] }[];
}

export interface ReportOptions {
  since: number | null;
  by: readonly CostGroup[];
}

export function makeReport(mission: MissionState, page: Page, { since, by }: ReportOptions): MissionReport {
  const isIn = (at: number) => since === null || at >= since;
  const facts = mission.ledger.records.filter(({ at }) => isIn(at)).map(({ fact }) => fact);
  const runs = [...mission.ledger.runs.values()].filter(({ settled }) => settled !== null && isIn(settled.record.at));
  const landed = facts.flatMap((fact) => (fact.kind === "landed" ? [fact.feature] : []));
  return {
    id: mission.id,
    title: mission.title,
    status: mission.status,
    progress: progressOf(mission),
    landed: landed.map((feature) => thingName(mission.id, feature)),
    unaided: landed.filter((feature) => isUnaided(mission, feature)).length,
    sentBack: facts.filter(isSentBack).length,
    runs: { total: runs.length, outcomes: countOutcomes(runs) },
    asked: facts.filter(({ kind }) => kind === "asked").length,
    answered: facts.filter(({ kind }) => kind === "answered").length,
    waiting: mission.openAsks.length,
    cost: sumCosts(runs.map(runCost)),
    by: by.map((group) => ({ group, lines: groupCosts(mission, runs, group, page) })),
  };
}

export function renderReports(
  state: State,
  missions: readonly MissionState[],
  page: Page,
  options: ReportOptions,
): string[] {
  const period = options.since === null ? "From the beginning" : `Since ${dateText(options.since, page)}`;
  const tables = missions.flatMap((mission) => reportTables(makeReport(mission, page, options)));
  const lines = tables.flatMap((rows) => renderTable([BLANK, ...rows], page));
  return [page.paint.quiet(`${period}, as of ${dateText(state.at, page)}`), ...lines];
}

export function reportJson(state: State, missions: readonly MissionState[], page: Page, options: ReportOptions) {
  return {
    schema: 1,
    since: options.since === null ? null : isoText(options.since),
    at: isoText(state.at),
    missions: missions.map((mission) => makeReport(mission, page, options)),
  };
}

/** What happened, then the cost by each group: tables of their own, so that long names in one leave the others their room. */
function reportTables(report: MissionReport): (Row | Line)[][] {
  const { done, total } = report.progress;
  const outcomes = Object.entries(report.runs.outcomes).map(([outcome, count]) => `${count} ${outcome}`);
  const row = (name: string, amount: string, ...text: readonly (Span | string)[]): Row => {
    return {
      cells: [span(name, "quiet")],
      text: dotted(span(amount), ...text.map((part) => (typeof part === "string" ? span(part, "quiet") : part))),
      fit: "wrap",
    };
  };
  const head: (Row | Line)[] = [
    heading(span(report.id, "strong"), gap(), span(report.title)),
    { line: dotted(span(report.status), `${done} of ${total} done`), fit: "wrap" },
    BLANK,
    row(
      "landed",
      String(report.landed.length),
      report.landed.join(", "),
      report.landed.length > 0 ? `${report.unaided} unaided` : "",
    ),
    row("runs", String(report.runs.total), outcomes.join(", ")),
    row("sent back", String(report.sentBack)),
    row(
      "asks",
      String(report.asked),
      `${report.answered} answered`,
      span(report.waiting > 0 ? `${report.waiting} waiting` : "", "waiting"),
    ),
    row("cost", sourcedCostText(report.cost) || "nothing"),
  ];
  const groups = report.by.map(({ group, lines }) => [
    heading(span(`By ${group}`, "strong")),
    ...(lines.length > 0 ? lines.map(costRow) : [heading(gap(), span("no run", "quiet"))]),
  ]);
  return [head, ...groups];
}

function costRow({ key, runs, cost }: CostLine): Row {
  return {
    cells: [span(key), span(`${runs} ${runs === 1 ? "run" : "runs"}`, "quiet")],
    text: [span(costText(cost) || "nothing")],
    fit: "wrap",
  };
}

function countOutcomes(runs: readonly RunEntry[]): Partial<Record<Outcome, number>> {
  const counts: Partial<Record<Outcome, number>> = {};
  for (const { ended } of runs) if (ended) counts[ended.fact.outcome] = (counts[ended.fact.outcome] ?? 0) + 1;
  return counts;
}

function isSentBack(fact: Fact): boolean {
  if (fact.kind === "verdict")
    return (
      fact.of !== "validate" &&
      (fact.result === "failed" || fact.result === "conflict") &&
      fact.about.kind === "features" &&
      fact.about.features.length === 1
    );
  return fact.kind === "answered" && fact.decision === "denied";
}

function isUnaided(mission: MissionState, feature: string): boolean {
  const runs = mission.ledger.byFeature.get(feature)?.runs ?? [];
  const asks = mission.ledger.asks.filter(({ asked }) => asked.fact.about === feature && asked.fact.ask !== "sign-off");
  return runs.filter(({ claim }) => claim.fact.runKind === "work").length === 1 && asks.length === 0;
}
