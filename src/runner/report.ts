/** What a run says of itself when it is over, as a report that any process of this host can append later. */

import type { Clock } from "../doors/clock.ts";
import { type Failure, fingerprintText } from "../format/fingerprint.ts";
import { isEmptyHandoff, parseHandoff } from "../format/handoff.ts";
import { plainText } from "../format/plain-text.ts";
import type { Fact, Need, NewRecord, Outcome, RunEnded, Share, Usage } from "../model/record.ts";
import type { Report } from "../model/run.ts";
import type { RunContext } from "./run-doors.ts";

/** In the record; the paths are in the commit itself. */
const MOST_PATHS = 20;

export interface RunEnding {
  outcome: Outcome;
  /** Markdown for people. */
  body: string;
  head: string | null;
  until: number | null;
  needs?: Need | undefined;
  usage: Usage;
  /** Of several agents; left out for one. */
  shares?: readonly Share[] | undefined;
  session: { id: string | null; program: string | null; model: string | null };
  failure: Failure | null;
  protectedPaths: readonly string[];
  outsidePaths: readonly string[];
}

/** How long the run has taken. A clock that was set back meanwhile tells nothing, and a record takes no negative figure. */
export function minutesSoFar({
  doors,
  startedAt,
}: Pick<RunContext, "startedAt"> & { doors: { clock: Clock } }): number {
  return Math.max(0, doors.clock.now() - startedAt) / 60_000;
}

/** The end of a run in which no worker was started: it costs its time alone. */
export function endWithoutWorker(run: RunContext, outcome: Outcome, body: string): RunEnding {
  return {
    outcome,
    body,
    head: null,
    until: null,
    usage: {
      costUsd: 0,
      costSource: "reported",
      tokensIn: 0,
      tokensOut: 0,
      tokensCached: 0,
      minutes: minutesSoFar(run),
    },
    session: { id: null, program: null, model: null },
    failure: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

/** The `run-ended` of a run and what travels with it; `further` are facts with their bodies, appended before it. */
export function makeReport(
  run: RunContext,
  ending: RunEnding,
  further: readonly { fact: Fact; body: string }[] = [],
): Report {
  const { order, authority, redactor } = run;
  const record = (fact: Fact, body: string, attachments: NewRecord["attachments"] = {}): NewRecord => ({
    fact,
    by: `run@${order.host}`,
    homeTip: order.base,
    body: redactor.redact(plainText(body)),
    attachments,
  });
  return {
    run: order.run,
    mission: order.mission,
    records: [
      ...further.map(({ fact, body }) => record(fact, body)),
      record(endFact(run, ending), ending.body, collectAttachments(run)),
    ],
    refs: ending.head === null ? [] : [{ name: authority.inRef(order.run), oid: ending.head }],
  };
}

function endFact({ order, doors }: RunContext, ending: RunEnding): RunEnded {
  const { outcome, head, until, needs, usage, session, failure } = ending;
  return {
    kind: "run-ended",
    run: order.run,
    outcome,
    head,
    until,
    needs,
    usage,
    agent: order.role ?? undefined,
    runtime: order.runtime?.name ?? null,
    program: session.program,
    model: session.model ?? order.model,
    billing: order.runtime?.billing ?? undefined,
    shares: ending.shares,
    session: session.id,
    fingerprint: failure === null ? null : doors.hash(fingerprintText(failure)),
    protectedPaths: ending.protectedPaths.slice(0, MOST_PATHS),
    outsidePaths: ending.outsidePaths.slice(0, MOST_PATHS),
  };
}

/** The handoff and the end of the log, together no larger than the order allows. */
function collectAttachments({ files, order, redactor }: RunContext): Record<string, string> {
  const attachments: Record<string, string> = {};
  const half = Math.floor(order.limits.evidenceBytes / 2);
  const handoff = files.readHandoff(half);
  const clean = handoff === null ? "" : redactor.redactCut(plainText(handoff)).trim();
  if (clean !== "" && !isEmptyHandoff(parseHandoff(clean))) attachments["handoff.md"] = `${clean}\n`;
  const log = files.readLogTail(half);
  // The log is clean as it was written; a cut at its start could show the end of a secret no more than the log does.
  if (log !== "") attachments["log.txt"] = log.toWellFormed();
  return attachments;
}
