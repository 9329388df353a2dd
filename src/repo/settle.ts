/**
 * Reports wait as files in their run's folder until they are in the ledger. Whoever holds the host's lock appends all that
 * wait, whichever run left them: a runner at its end, else the next pulse.
 */

import type { StateFolder } from "../doors/host.ts";
import type { Fact } from "../model/record.ts";
import type { Report } from "../model/run.ts";
import type { AppendOutcome, LedgerContext } from "./ledger.ts";
import { appendBatches, type ReportBatch } from "./ledger-reports.ts";
import { printForLedger } from "./record-tree.ts";

export interface SettleContext extends LedgerContext {
  state: StateFolder;
}

/** `damaged`: the file can't be read as a report, or names work that this clone does not have. */
export interface WaitingRun {
  run: string;
  kind: "damaged" | Exclude<AppendOutcome["kind"], "won">;
  reason: string;
}

export interface Settled {
  /** Number of reports that are in the ledger now. */
  appended: number;
  /** Runs with reports that still wait, and why; a run may stand here more than once. */
  waiting: readonly WaitingRun[];
}

const OBJECT_ID = /^[0-9a-f]{40,64}$/;

interface Waiting {
  run: string;
  name: string;
  report: Report;
}

/**
 * Appends the waiting reports of these runs, of all missions in one swap, and marks them done. Safe to apply twice, and
 * after a crash anywhere in it. The caller holds the host's lock.
 */
export async function settleReports(context: SettleContext, runs: readonly string[], waitMs: number): Promise<Settled> {
  const damaged: WaitingRun[] = [];
  const whole: Waiting[] = [];
  for (const run of runs) {
    for (const { name, report } of context.state.listReports(run)) {
      const fault = report === null ? "its file can't be read" : await findFault(context, run, report);
      if (report === null || fault !== null) damaged.push({ run, kind: "damaged", reason: `${name}: ${fault}` });
      else whole.push({ run, name, report });
    }
  }
  const outcomes =
    whole.length === 0
      ? []
      : await appendBatches(
          context,
          whole.map((each) => batchOf(context, each)),
          waitMs,
        );
  const failed = whole.flatMap(({ run }, index) => waitingRun(run, outcomes[index]) ?? []);
  const waiting = [...damaged, ...failed];
  const won = whole.filter((_, index) => outcomes[index]?.kind === "won");
  finish(context.state, won, new Set(waiting.map(({ run }) => run)));
  return { appended: won.length, waiting };
}

/** Why a report must not or could not be appended by anyone; null when nothing is wrong with it. */
async function findFault(context: SettleContext, run: string, report: Report): Promise<string | null> {
  try {
    const fault = judge(context, run, report);
    if (fault !== null) return fault;
    for (const record of report.records) printForLedger(context, record);
  } catch (error) {
    return `it has a record that can't be written: ${error instanceof Error ? error.message : error}`;
  }
  for (const { name, oid } of report.refs) {
    const isHere = OBJECT_ID.test(oid) && (await context.git.resolve(oid)) !== null;
    if (!isHere) return `${name} should name ${oid}, which is not here`;
  }
  return null;
}

function judge(context: SettleContext, run: string, report: Report): string | null {
  const order = context.state.readOrder(run);
  if (report.run !== run || (order !== null && report.mission !== order.mission)) return "it belongs to another run";
  const foreign = report.refs.find(({ name }) => !isRefOf(context, run, name));
  if (foreign) return `it would move ${foreign.name}, which is not the run's`;
  const strange = report.records.find(({ fact }) => !mayReport(run, fact));
  return strange ? `a run can't report ${strange.fact?.kind ?? "what is no fact"}` : null;
}

function isRefOf({ authority }: SettleContext, run: string, name: string): boolean {
  return name === authority.inRef(run) || name.startsWith(authority.salvageRef(run, 1).slice(0, -1));
}

/** A worker may have the account that these files belong to: what persons and pulses decide is not taken from one. */
function mayReport(run: string, fact: Fact | undefined): boolean {
  switch (fact?.kind) {
    case "run-ended":
    case "verdict":
      return fact.run === run;
    case "asked":
    case "blocked":
    case "comment":
      return true;
    default:
      return false;
  }
}

function batchOf({ state }: SettleContext, { run, report }: Waiting): ReportBatch {
  const attachmentBytes = state.readOrder(run)?.limits.evidenceBytes;
  return {
    mission: report.mission,
    run,
    records: report.records,
    refs: report.refs,
    ...(attachmentBytes === undefined ? {} : { attachmentBytes }),
  };
}

function waitingRun(run: string, outcome: AppendOutcome | undefined): WaitingRun | null {
  if (outcome === undefined || outcome.kind === "won") return null;
  return { run, kind: outcome.kind, reason: outcome.reason };
}

/** Closing comes first: after a crash between the two, a report that still waits is found in the ledger and marked. */
function finish(state: StateFolder, won: readonly Waiting[], waiting: ReadonlySet<string>): void {
  for (const { run, report } of won) {
    const hasEnded = report.records.some(({ fact }) => fact.kind === "run-ended" && fact.run === run);
    if (hasEnded && !waiting.has(run)) state.closeRun(run);
  }
  for (const { run, name } of won) state.markReported(run, name);
}
