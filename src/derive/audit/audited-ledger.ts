/**
 * An auditor's own reading of a ledger. It shares nothing with the engine's parser and fold, so that a mistake there is
 * not believed here: a message is its last paragraph of `Key: value` lines, and a record is what these say.
 */

import type { LedgerCommit } from "../../model/audit.ts";

export interface AuditedRecord extends LedgerCommit {
  kind: string;
  position: number;
  homeTip: string | null;
  by: string;
  /** Value of the first trailer of a name. */
  get(key: string): string | null;
  all(key: string): readonly string[];
  /** Number of the first trailer of a name; NaN where there is none. */
  number(key: string): number;
  /** Features with the `Head` on the line below each. */
  heads: readonly { feature: string; head: string | null }[];
}

export interface Unreadable {
  id: string;
  reason: string;
}

export interface AuditedLedger {
  mission: string;
  commits: readonly LedgerCommit[];
  /** The present epoch: the last `created` and what came after it. */
  records: readonly AuditedRecord[];
  /** Records of earlier epochs. */
  earlier: number;
  unreadable: readonly Unreadable[];
  /** Records of kinds that this program does not know. */
  future: readonly Unreadable[];
  claims: ReadonlyMap<string, AuditedRecord>;
  /** By run, in order. */
  ends: ReadonlyMap<string, readonly AuditedRecord[]>;
  /** q1 first. */
  asks: readonly AuditedRecord[];
}

/** What no record of a kind can do without. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  created: ["Mission-Format", "Home"],
  claim: ["Run", "Kind", "Attempt", "Base", "Host", "Nonce", "Reserve-USD", "Reserve-Minutes", "Ttl"],
  "run-ended": ["Run", "Outcome", "Cost-USD", "Cost-Source", "Minutes"],
  verdict: ["Of", "Code-Tree", "Base", "Result"],
  merged: ["Milestone", "Head", "Commit"],
  landed: ["Feature", "Commit", "Code-Tree"],
  asked: ["Ask", "Bound-To"],
  answered: ["Ask", "Decision", "Bound-To"],
  comment: [],
  control: ["Target", "Action"],
  blocked: ["Reason"],
  amended: ["Commit", "Because"],
  completed: ["Commit", "Cost-USD", "Minutes", "Tokens"],
};

const NUMBERS = /^(?:Cost-USD|Reserve-[A-Za-z]+|Tokens(?:-[A-Za-z]+)?|Minutes|Attempt|Mission-Format)$/;
const NUMBER = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

export function readLedger(mission: string, commits: readonly LedgerCommit[]): AuditedLedger {
  const unreadable: Unreadable[] = [];
  const future: Unreadable[] = [];
  const read: AuditedRecord[] = [];
  for (const commit of commits) {
    const record = readRecord(commit, read.length);
    if ("reason" in record) (record.isFuture ? future : unreadable).push(record);
    else read.push(record);
  }
  const begin = Math.max(
    0,
    read.findLastIndex(({ kind }) => kind === "created"),
  );
  const records = read.slice(begin);
  const of = (kind: string) => records.filter((record) => record.kind === kind);
  return {
    mission,
    commits,
    records,
    earlier: begin,
    unreadable,
    future,
    claims: new Map(
      of("claim")
        .toReversed()
        .map((claim) => [claim.get("Run") ?? "", claim]),
    ),
    ends: Map.groupBy(of("run-ended"), (end) => end.get("Run") ?? ""),
    asks: of("asked"),
  };
}

export function ofKind(ledger: AuditedLedger, kind: string): readonly AuditedRecord[] {
  return ledger.records.filter((record) => record.kind === kind);
}

function readRecord(commit: LedgerCommit, position: number): AuditedRecord | (Unreadable & { isFuture: boolean }) {
  const trailers = readTrailers(commit.message);
  const get = (key: string) => trailers.find(([name]) => name === key)?.[1] ?? null;
  const kind = get("Mission-Record");
  const fail = (reason: string, isFuture = false) => ({ id: commit.id, reason, isFuture });
  if (kind === null) return fail("it has no trailer Mission-Record");
  const needed = NEEDED[kind];
  if (!Object.hasOwn(NEEDED, kind) || needed === undefined) return fail(`of kind ${kind}`, true);
  const missing = needed.find((key) => get(key) === null);
  if (missing !== undefined) return fail(`a ${kind} without ${missing}`);
  const wrong = trailers.find(([key, value]) => NUMBERS.test(key) && !NUMBER.test(value));
  if (wrong) return fail(`a ${kind} whose ${wrong[0]} is no number from 0 up`);
  return {
    ...commit,
    kind,
    position,
    homeTip: get("Home-Tip"),
    by: get("By") ?? commit.author.email,
    get,
    all: (key) => trailers.filter(([name]) => name === key).map(([, value]) => value),
    number: (key) => Number(get(key) ?? Number.NaN),
    heads: trailers.flatMap(([key, value], index) => {
      const below = trailers[index + 1];
      return key === "Feature" ? [{ feature: value, head: below?.[0] === "Head" ? below[1] : null }] : [];
    }),
  };
}

type Trailer = readonly [key: string, value: string];

function readTrailers(message: string): readonly Trailer[] {
  const paragraphs = message.trimEnd().split(/\n\n/);
  if (paragraphs.length < 2) return [];
  const trailers: Trailer[] = [];
  for (const line of paragraphs.at(-1)?.split("\n") ?? []) {
    const [, key, value = ""] = /^([A-Za-z0-9][A-Za-z0-9-]*):(?: (.*))?$/.exec(line) ?? [];
    if (key === undefined) return [];
    trailers.push([key, decode(value)]);
  }
  return trailers;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Records that the program writes are by `pulse@host` or `run@host`; all others are a person's. */
export function isPerson({ by, author }: AuditedRecord): boolean {
  return ![by, author.email].some((name) => /^(?:pulse|run|git-mission)@/.test(name));
}
