/**
 * Reports are true on any tip, so one that loses the swap is built on the new tip and tried again. All that waits goes out
 * as one chain a ledger in one swap: a hundred that each try for themselves take thousands of pushes, one chain takes one.
 */

import type { Git, RefUpdate } from "../doors/git.ts";
import { isNewerFormat, printRecord } from "../format/record.ts";
import type { NewRecord } from "../model/record.ts";
import type { SwapOutcome } from "./authority-outcome.ts";
import { type AppendOutcome, type LedgerContext, type LedgerHistory, readLedger, writeRecords } from "./ledger.ts";
import { redactRecord } from "./record-tree.ts";

/** Records that belong together, with refs that the authority must have before they are read. */
export interface ReportBatch {
  mission: string;
  /** The run that left them in its folder: what the ledger has of it already is not appended again. */
  run: string | null;
  records: readonly NewRecord[];
  refs: readonly { name: string; oid: string }[];
  /** Room for the attachments of one record; by default that of every ledger. */
  attachmentBytes?: number;
}

interface Prepared {
  batch: ReportBatch;
  commits: readonly string[];
  /** Set where nothing can be appended, now and later. */
  refused: { kind: "refused"; ref: string; reason: string } | null;
}

interface Plan {
  prepared: readonly Prepared[];
  /** By mission: the ledger's tip at the authority, and as it is to be. */
  starts: ReadonlyMap<string, string>;
  tips: ReadonlyMap<string, string>;
  updates: readonly RefUpdate[];
}

const MAX_ATTEMPTS = 200;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;
const WAIT_MS = 30_000;

/** Appends what a person or the program says now. */
export async function appendReports(
  context: LedgerContext,
  mission: string,
  records: readonly NewRecord[],
  options: { refs?: ReportBatch["refs"]; waitMs?: number } = {},
): Promise<AppendOutcome> {
  const batch = { mission, run: null, records, refs: options.refs ?? [] };
  const [outcome] = await appendBatches(context, [batch], options.waitMs ?? WAIT_MS);
  return outcome ?? { kind: "unreachable", reason: "nothing was tried" };
}

/**
 * Appends batches in their order, of any missions, in one swap. Where the authority refuses it, each batch is tried alone,
 * so that one mission's trouble is no other's. Answers what became of each.
 */
export async function appendBatches(
  context: LedgerContext,
  batches: readonly ReportBatch[],
  waitMs: number,
): Promise<readonly AppendOutcome[]> {
  const { authority, clock } = context;
  const deadline = clock.now() + waitMs;
  const known = new Map<string, LedgerHistory>();
  const unanswered: Plan[] = [];
  for (let attempt = 1; ; attempt++) {
    const plan = await planAppend(context, batches, known);
    if ("kind" in plan) return batches.map(() => plan);
    const late = await findApplied(context, unanswered, plan);
    if (late !== null) return outcomesOf(late, { kind: "won" });
    const swapped: SwapOutcome = plan.updates.length === 0 ? { kind: "won" } : await authority.swap(plan.updates);
    const open = plan.prepared.filter(({ refused }) => refused === null);
    if (swapped.kind === "refused" && open.length > 1) return appendEach(context, plan.prepared, deadline);
    if (swapped.kind !== "lost" || attempt === MAX_ATTEMPTS || clock.now() >= deadline)
      return outcomesOf(plan, swapped);
    if (swapped.unanswered) unanswered.push(plan);
    await clock.sleep(pauseMs(context, attempt));
  }
}

/** The plan whose swap was applied after all, later than it was looked for: to append the same again would say it twice. */
async function findApplied(
  { git }: LedgerContext,
  unanswered: readonly Plan[],
  { starts }: Plan,
): Promise<Plan | null> {
  for (const plan of unanswered) {
    // All of a swap is applied, or nothing: one ledger tells.
    const [moved] = [...plan.tips].filter(([mission, tip]) => tip !== plan.starts.get(mission));
    const now = moved && starts.get(moved[0]);
    if (moved && now !== undefined && (await git.isAncestor(moved[1], now))) return plan;
  }
  return null;
}

function outcomesOf({ prepared, tips }: Plan, swapped: SwapOutcome): readonly AppendOutcome[] {
  return prepared.map((each) => each.refused ?? outcomeOf(each, swapped, tips));
}

function outcomeOf({ batch, commits }: Prepared, swapped: SwapOutcome, tips: Plan["tips"]): AppendOutcome {
  return swapped.kind === "won" ? { kind: "won", tip: tips.get(batch.mission) ?? "", commits } : swapped;
}

async function appendEach(
  context: LedgerContext,
  prepared: readonly Prepared[],
  deadline: number,
): Promise<readonly AppendOutcome[]> {
  const outcomes: AppendOutcome[] = [];
  for (const { batch, refused } of prepared) {
    const alone = refused
      ? [refused]
      : await appendBatches(context, [batch], Math.max(0, deadline - context.clock.now()));
    outcomes.push(...alone);
  }
  return outcomes;
}

/** Some part of a growing time: hosts that lost at once must not try at once again. */
function pauseMs({ random }: LedgerContext, attempt: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
  return Math.ceil((longest * Number.parseInt(random.nonce(4), 36)) / 36 ** 4);
}

/** Reads what there is at the authority and builds all commits on it. Moves nothing. */
async function planAppend(
  context: LedgerContext,
  batches: readonly ReportBatch[],
  known: Map<string, LedgerHistory>,
): Promise<Plan | { kind: "unreachable"; reason: string }> {
  const { authority } = context;
  const missions = [...new Set(batches.map(({ mission }) => mission))];
  const names = [...missions.map(authority.ledgerRef), ...batches.flatMap(({ refs }) => refs.map(({ name }) => name))];
  // Before the authority is asked: a mirror that has moved since would make its answer look rewound.
  const mirrors = new Map<string, string | null>();
  for (const mission of missions) mirrors.set(mission, await context.git.resolve(authority.ledgerRef(mission)));
  const values = await authority.read([...new Set(names)]);
  if (values.kind === "unreachable") return values;
  const fetched = await fetchMissing(context, values.refs);
  if (fetched.kind === "unreachable") return fetched;
  const tips = new Map<string, string>();
  const prepared: Prepared[] = [];
  for (const batch of batches) {
    const start = values.refs.get(authority.ledgerRef(batch.mission));
    prepared.push(await prepareBatch(context, batch, { start, mirror: mirrors.get(batch.mission), tips, known }));
  }
  const starts = new Map<string, string>();
  const updates = new Map<string, RefUpdate>();
  for (const mission of missions) {
    const start = values.refs.get(authority.ledgerRef(mission));
    if (start !== undefined) starts.set(mission, start);
    const [name, tip] = [authority.ledgerRef(mission), tips.get(mission)];
    const old = values.refs.get(name) ?? null;
    if (tip !== undefined && tip !== old) updates.set(name, { name, new: tip, old });
  }
  for (const { batch, refused } of prepared) {
    if (refused === null) await addRefs(context, batch, { values: values.refs, updates });
  }
  return { prepared, starts, tips, updates: [...updates.values()] };
}

/** What the authority has and this clone has not: nothing can be built on it before it is here. */
async function fetchMissing({ git, authority }: LedgerContext, values: ReadonlyMap<string, string>) {
  const missing = await listMissing(git, values);
  if (missing.length === 0) return { kind: "fetched" } as const;
  const fetched = await authority.fetch(missing);
  if (fetched.kind === "unreachable") return fetched;
  // A mirror of the server that lags behind, or a ref that was deleted or rewound in this moment.
  const [absent] = await listMissing(git, values);
  return absent === undefined
    ? fetched
    : ({ kind: "unreachable", reason: `${absent} was listed and could not be fetched` } as const);
}

async function listMissing(git: Git, values: ReadonlyMap<string, string>): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, oid] of values) if ((await git.resolve(oid)) === null) missing.push(name);
  return missing;
}

/** What a batch is built on. */
interface Ground {
  start: string | undefined;
  /** The ledger as this clone knew it before. */
  mirror: string | null | undefined;
  tips: Map<string, string>;
  known: Map<string, LedgerHistory>;
}

async function prepareBatch(
  context: LedgerContext,
  batch: ReportBatch,
  { start, mirror, tips, known }: Ground,
): Promise<Prepared> {
  const ref = context.authority.ledgerRef(batch.mission);
  const refuse = (reason: string): Prepared => ({ batch, commits: [], refused: { kind: "refused", ref, reason } });
  if (start === undefined) return refuse("the authority has no ledger of this mission");
  // On top of a rewound ledger a report would make a second line, and the first could not be put back any more.
  if (mirror && mirror !== start && !(await context.git.isAncestor(mirror, start)))
    return refuse("the ledger was rewound on the authority: mission doctor");
  const history = await readLedger(context.git, start, known.get(batch.mission));
  known.set(batch.mission, history);
  if (isNewerFormat(history.records))
    return refuse("a newer version of git-mission began this ledger: update this one");
  const records = batch.run === null ? batch.records : withoutKnown(context, history, batch.run, batch.records);
  const commits = await writeRecords(context, tips.get(batch.mission) ?? start, records, batch.attachmentBytes);
  tips.set(batch.mission, commits.at(-1) ?? tips.get(batch.mission) ?? start);
  return { batch, commits, refused: null };
}

/**
 * Leaves out what is in the ledger since the run's claim, word for word. An end of a run in other words is not left out:
 * it corrects the cost where somebody else has declared the run lost.
 */
function withoutKnown(
  { redact }: LedgerContext,
  { records }: LedgerHistory,
  run: string,
  reports: readonly NewRecord[],
): readonly NewRecord[] {
  const claim = records.findIndex(({ fact }) => fact.kind === "claim" && fact.run === run);
  const since = records.slice(claim + 1);
  return reports.filter((report) => {
    const printed = printRecord(redactRecord(report, redact));
    return !since.some((record) => record.fact.kind === report.fact.kind && printRecord(record) === printed);
  });
}

/** A ref that the authority has further on already stays there. */
async function addRefs(
  { git }: LedgerContext,
  { refs }: ReportBatch,
  { values, updates }: { values: ReadonlyMap<string, string>; updates: Map<string, RefUpdate> },
): Promise<void> {
  for (const { name, oid } of refs) {
    const old = values.get(name) ?? null;
    if (old === oid || (old !== null && (await git.isAncestor(oid, old)))) continue;
    updates.set(name, { name, new: oid, old });
  }
}
