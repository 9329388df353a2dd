/**
 * Records as commits: the message is the record. The trailers are the fact, the body is for people, the subject is for
 * `git log --oneline` and is never read back. This is the only printer, so a ledger has one spelling of everything.
 */

import {
  type Fact,
  type LedgerRecord,
  MISSION_FORMAT,
  type NewRecord,
  RECORD_KINDS,
  type RecordKind,
  type UnreadableRecord,
} from "../model/record.ts";
import { cutMiddle, plainLine, plainText } from "./plain-text.ts";
import { parseFact, printFact } from "./record-facts.ts";
import { UnreadableField } from "./record-fields.ts";
import { recordSubject } from "./record-subject.ts";
import { findTrailer, parseMessage, printMessage, type Trailer } from "./trailers.ts";

/** Longest body in characters. Longer texts belong into an attachment; what does not fit is cut out of the middle. */
const BODY_LENGTH = 20_000;
const SUBJECT_LENGTH = 120;
/** What continuous integration on all known hosts takes as "do not run for this commit". */
const SKIP_CI = " [skip ci]";

/** A commit as far as a record needs it. */
interface RecordCommit {
  oid: string;
  at: number;
  author: { name: string; email: string };
  message: string;
}

/** The commit message of a record. `skipCi` is for ledgers that lie among the branches, where each push starts a build. */
export function printRecord(record: Omit<NewRecord, "attachments">, options: { skipCi?: boolean } = {}): string {
  const { fact, by, homeTip, body } = record;
  const subject = plainLine(`${fact.kind}: ${recordSubject(fact)}`, SUBJECT_LENGTH);
  const trailers: Trailer[] = [["Mission-Record", fact.kind], ...printFact(fact)];
  if (homeTip !== null) trailers.push(["Home-Tip", homeTip]);
  trailers.push(["By", by]);
  return printMessage({ subject: options.skipCi ? subject + SKIP_CI : subject, body: printBody(body), trailers });
}

/** A body as it is kept: plain text of bounded length. */
export function printBody(body: string): string {
  return cutMiddle(plainText(body), BODY_LENGTH);
}

/** The record of a ledger's commit. Any commit gives an answer: what is no record of a known kind is kept with the reason. */
export function parseRecord(commit: RecordCommit): LedgerRecord | UnreadableRecord {
  const { body, trailers } = parseMessage(commit.message);
  const { oid: id, at, author } = commit;
  const kind = findTrailer(trailers, "Mission-Record");
  if (kind === null) return { id, at, reason: "the commit is no record: it has no trailer Mission-Record" };
  if (!isRecordKind(kind)) return { id, at, reason: `a record of unknown kind: ${plainLine(kind, 80)}` };
  try {
    const fact = parseFact(kind, trailers);
    const by = findTrailer(trailers, "By") ?? author.email;
    return { id, at, author, by, homeTip: findTrailer(trailers, "Home-Tip"), body, fact };
  } catch (error) {
    if (error instanceof UnreadableField) return { id, at, reason: plainLine(`${kind}: ${error.message}`) };
    throw error;
  }
}

/** Whether a commit could be read as a record. */
export function isReadable(record: LedgerRecord | UnreadableRecord): record is LedgerRecord {
  return "fact" in record;
}

/** Whether a newer program began this epoch: such a ledger is read and shown, and not written to. */
export function isNewerFormat(records: readonly { fact: Fact }[]): boolean {
  const created = records.findLast(({ fact }) => fact.kind === "created");
  return created?.fact.kind === "created" && created.fact.format > MISSION_FORMAT;
}

function isRecordKind(kind: string): kind is RecordKind {
  return (RECORD_KINDS as readonly string[]).includes(kind);
}
