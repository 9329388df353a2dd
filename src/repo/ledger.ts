/**
 * A mission's ledger: a line of commits, one record each. Reading goes from a known tip on; appending builds the commits on
 * an expected tip and swaps the ref, together with all refs that must move with it.
 */

import type { Clock } from "../doors/clock.ts";
import { type Git, GitError, type Identity, type NewCommit, type RawCommit, type RefUpdate } from "../doors/git.ts";
import type { Random } from "../doors/random.ts";
import { plainLine } from "../format/plain-text.ts";
import { isReadable, parseRecord } from "../format/record.ts";
import { LIMITS } from "../model/limits.ts";
import type { LedgerRecord, NewRecord, UnreadableRecord } from "../model/record.ts";
import type { Authority } from "./authority.ts";
import type { SwapOutcome } from "./authority-outcome.ts";
import { printForLedger, writeAttachments } from "./record-tree.ts";

/** What everything that is appended from here has in common. */
export interface LedgerContext {
  git: Git;
  authority: Authority;
  clock: Clock;
  random: Random;
  /** Name of this host: the committer of each record. */
  host: string;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** The present epoch of a ledger, oldest first: `created` and what came after it. */
export interface LedgerHistory {
  tip: string | null;
  records: readonly LedgerRecord[];
  /** Commits that are no records: shown, and without effect. */
  unreadable: readonly UnreadableRecord[];
}

export interface AppendOptions {
  /** The tip that the records were decided on; null begins the ledger. */
  expected: string | null;
  /** Refs that move together with the ledger, or not at all. */
  refs?: readonly RefUpdate[];
  /** Refs of this clone alone, which move when the others have moved. */
  own?: readonly RefUpdate[];
}

export type AppendOutcome =
  | { kind: "won"; tip: string; commits: readonly string[] }
  | Exclude<SwapOutcome, { kind: "won" }>;

const NOTHING: LedgerHistory = { tip: null, records: [], unreadable: [] };
const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/**
 * The ledger at a ref or commit. With a history that is known, only the commits after its tip are read; one that this
 * ledger does not continue is read anew.
 */
export async function readLedger(git: Git, ref: string, known: LedgerHistory = NOTHING): Promise<LedgerHistory> {
  const tip = OBJECT_ID.test(ref) ? ref : await git.resolve(ref);
  if (tip === null) return NOTHING;
  if (tip === known.tip) return known;
  if (known.tip !== null) {
    const commits = await listAfter(git, tip, known.tip);
    if (commits !== null) return continueHistory(known, tip, commits);
  }
  return continueHistory(NOTHING, tip, await git.listCommits(tip, null));
}

/** The commits after a known one; null where the ledger does not go through it or it is not here. */
async function listAfter(git: Git, tip: string, known: string): Promise<readonly RawCommit[] | null> {
  try {
    const commits = await git.listCommits(tip, known);
    return commits[0]?.parents[0] === known ? commits : null;
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}

function continueHistory(known: LedgerHistory, tip: string, commits: readonly RawCommit[]): LedgerHistory {
  const read = commits.map(parseRecord);
  const epoch = read.findLastIndex((record) => isReadable(record) && record.fact.kind === "created");
  const before = epoch === -1 ? known : NOTHING;
  const present = read.slice(Math.max(epoch, 0));
  return {
    tip,
    records: [...before.records, ...present.filter(isReadable)],
    unreadable: [...before.unreadable, ...present.filter((record): record is UnreadableRecord => !isReadable(record))],
  };
}

/**
 * Appends decisions. They hold only on the tip that they were decided on, so a lost swap is lost: nothing is tried again.
 * The caller has read that ledger and seen that no newer program began it.
 */
export async function appendRecords(
  context: LedgerContext,
  mission: string,
  records: readonly NewRecord[],
  { expected, refs = [], own = [] }: AppendOptions,
): Promise<AppendOutcome> {
  const commits = await writeRecords(context, expected, records);
  const tip = commits.at(-1) ?? expected;
  if (tip === null) throw new Error(`nothing to append to the ledger of ${mission}, which does not exist`);
  const ledger: RefUpdate[] =
    commits.length > 0 ? [{ name: context.authority.ledgerRef(mission), new: tip, old: expected }] : [];
  const swapped = await context.authority.swap([...ledger, ...refs], own);
  return swapped.kind === "won" ? { kind: "won", tip, commits } : swapped;
}

/** Writes records as commits on a tip, without moving any ref, and answers their ids. */
export async function writeRecords(
  context: LedgerContext,
  tip: string | null,
  records: readonly NewRecord[],
  attachmentBytes: number = LIMITS.attachmentBytes,
): Promise<readonly string[]> {
  const { git, clock, host } = context;
  const committer = { name: host, email: `git-mission@${host}` };
  const commits: Omit<NewCommit, "parents">[] = [];
  for (const record of records) {
    commits.push({
      tree: await writeAttachments(context, record.attachments, attachmentBytes),
      message: printForLedger(context, record),
      author: authorOf(record.by, host),
      committer,
      at: clock.now(),
    });
  }
  return git.writeChain(tip, commits);
}

/** How a person's identity stands in `by`, so that the record's author is that person. */
export function printIdentity({ name, email }: Identity): string {
  return `${name} <${email}>`;
}

/** The author of a record: `Name <address>`, `pulse@host`, or any other name, as far as git takes it. */
function authorOf(by: string, host: string): Identity {
  const [, person, address] = /^([^<>]*)<([^<>]*)>$/.exec(by) ?? [];
  const email = address ?? (/^\S+@\S+$/.test(by) ? by : `git-mission@${host}`);
  return { name: printName(person ?? by.replace(/@.*$/s, "")), email: plainLine(email).replace(/[<>\s]/g, "") };
}

/** Git refuses a name in which nothing is left when it has taken away what it does not want in names. */
function printName(text: string): string {
  const name = plainLine(text.replace(/[<>]/g, ""), 100);
  return /[\p{L}\p{N}]/u.test(name) ? name : "unknown";
}
