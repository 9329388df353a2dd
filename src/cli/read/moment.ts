/**
 * A moment to look back to, by a commit of a mission's home or by a date, and where the refs stood then. Every record says on
 * which home commit it was made, so a home commit has its ledger: the records that were made on it or before it, up to the
 * first one that knows or makes a later home. What happened on no home, such as heartbeats, is not reconstructed.
 */

import { type AuditedRecord, readLedger } from "../../derive/audit/audited-ledger.ts";
import type { Doors } from "../../doors/doors.ts";
import type { RawCommit } from "../../doors/git.ts";
import { isoText } from "../../view/time.ts";
import { CommandError } from "../command-error.ts";
import { listLedgers, lookAround } from "./audit/evidence.ts";
import type { LedgerPlace, Look } from "./audit/gathering.ts";
import type { Past } from "./past-doors.ts";
import { parseMoment } from "./since.ts";

export interface Moment extends Past {
  /** Commit that was named; null for a date. */
  rev: string | null;
  /** Missions whose state is known there, with home and newest record of then. */
  missions: readonly { mission: string; home: string | null; record: string }[];
}

interface Chapter extends LedgerPlace {
  records: readonly AuditedRecord[];
  homeRef: string;
  homeTip: string | null;
  /** Home's own line, oldest first, from the commit at which the mission began. */
  line: readonly { oid: string; at: number }[];
}

/** Throws a `CommandError` where the text names no commit and no date, or nothing of a mission was there. */
export async function findMoment(doors: Doors, text: string): Promise<Moment> {
  const look = await lookAround(doors);
  const chapters: Chapter[] = [];
  for (const place of listLedgers(look)) chapters.push(await readChapter(look, place));
  const rev = await resolveRev(doors, text);
  if (rev !== null) return momentOfRev(look, chapters, { rev, text });
  const at = parseMoment(text, doors.clock.now());
  if (at === null)
    throw new CommandError(
      "unknown-moment",
      `${text} is neither a commit here nor a date`,
      "mission status --at HEAD, or --at 2026-11-20T14:00",
    );
  return momentOfDate(look, chapters, Math.min(at, doors.clock.now()));
}

async function resolveRev({ git }: Doors, text: string): Promise<string | null> {
  // A line of its own is what git is asked; more than one would be several questions.
  if (!/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(text) || text.startsWith("-")) return null;
  const oid = await git.resolve(`${text}^{commit}`).catch(() => null);
  return oid !== null && (await git.readCommit(oid).catch(() => null)) !== null ? oid : null;
}

async function readChapter({ doors, authority, refs }: Look, place: LedgerPlace): Promise<Chapter> {
  const { git } = doors;
  const commits = await git.listCommits(place.tip, null);
  const { records } = readLedger(place.mission, commits.map(toCommit));
  const [created] = records;
  const homeRef = authority.branchRef(created?.get("Home") ?? "");
  const homeTip = refs.get(homeRef) ?? null;
  const began = created?.homeTip ?? null;
  const start = began === null ? null : await git.readCommit(began).catch(() => null);
  const line = homeTip === null ? [] : await git.listCommits(homeTip, start && began);
  return { ...place, records, homeRef, homeTip, line: [...(start ? [start] : []), ...line] };
}

function toCommit({ oid, ...commit }: RawCommit) {
  return { ...commit, id: oid };
}

// By commit

async function momentOfRev(
  look: Look,
  chapters: readonly Chapter[],
  { rev, text }: { rev: string; text: string },
): Promise<Moment> {
  const { git } = look.doors;
  const own = chapters.filter((chapter) => isOfHome(chapter, rev));
  if (own.length === 0) throw notOfHome(look, chapters, text);
  const now = look.doors.clock.now();
  if (own.every(({ homeTip }) => homeTip === rev))
    return { now, isPresent: true, refs: new Map(), rev, missions: own.map((chapter) => placeOf(chapter, rev, null)) };
  const known = new Map<string, AuditedRecord>();
  for (const chapter of own) {
    const newest = chapter.homeTip === rev ? chapter.records.at(-1) : await newestOn(look, chapter, rev);
    if (newest) known.set(chapter.mission, newest);
  }
  if (known.size === 0)
    throw new CommandError("before-the-beginning", `at ${text} no mission had begun`, "mission log, for when it did");
  const revAt = (await git.readCommit(rev))?.at ?? now;
  const at = Math.max(revAt, ...[...known.values()].map((record) => record.at));
  const refs = await refsAt(look, chapters, at);
  for (const chapter of own) {
    refs.set(chapter.ref, known.get(chapter.mission)?.id ?? null);
    refs.set(chapter.homeRef, rev);
  }
  const missions = own.flatMap((chapter) => {
    const record = known.get(chapter.mission);
    return record ? [placeOf(chapter, rev, record.id)] : [];
  });
  return { now: at, isPresent: false, refs, rev, missions };
}

function placeOf({ mission, tip }: Chapter, home: string | null, record: string | null): Moment["missions"][number] {
  return { mission, home, record: record ?? tip };
}

/** On home's line, or where a record says that home was: a person may have rewritten it since. */
function isOfHome({ line, records }: Chapter, rev: string): boolean {
  return (
    line.some(({ oid }) => oid === rev) || records.some((record) => record.homeTip === rev || movedTo(record) === rev)
  );
}

/** Where home was after a record that moved it. */
function movedTo(record: AuditedRecord): string | null {
  return ["landed", "amended", "completed"].includes(record.kind) ? record.get("Commit") : null;
}

async function newestOn(look: Look, chapter: Chapter, rev: string): Promise<AuditedRecord | null> {
  const relations = new Map<string, Promise<Relation>>();
  const relate = (commit: string | null): Promise<Relation> | null => {
    if (commit === null) return null;
    const relation = relations.get(commit) ?? relateTo(look, chapter, commit, rev);
    relations.set(commit, relation);
    return relation;
  };
  let newest: AuditedRecord | null = null;
  for (const record of chapter.records) {
    const [home, moved] = [await relate(record.homeTip), await relate(movedTo(record))];
    if (home === "later" || moved === "later") break;
    if (home === "then" || moved === "then") newest = record;
  }
  return newest;
}

/** `then`: it or an earlier one. `other`: on a line that was rewritten away, or not here. */
type Relation = "then" | "later" | "other";

async function relateTo({ doors: { git } }: Look, { line }: Chapter, commit: string, rev: string): Promise<Relation> {
  const [place, own] = [commit, rev].map((oid) => line.findIndex((other) => other.oid === oid));
  if (place !== undefined && own !== undefined && place >= 0 && own >= 0) return place <= own ? "then" : "later";
  if ((await git.resolve(commit)) === null) return "other";
  if (await git.isAncestor(commit, rev)) return "then";
  return (await git.isAncestor(rev, commit)) ? "later" : "other";
}

function notOfHome({ defaultBranch }: Look, chapters: readonly Chapter[], text: string): CommandError {
  const places = chapters.map(
    (chapter) => [chapter.homeRef.replace(/^refs\/(?:heads|remotes)\//, ""), chapter] as const,
  );
  const homes = [...new Set(places.map(([home]) => home))];
  const what = homes.length > 0 ? `missions are read on ${homes.join(", ")}` : `no mission has begun`;
  // As many commits back as were asked for, and no further than home goes.
  const [home, chapter] = places[0] ?? [];
  const asked = Number(/~(\d+)$/.exec(text)?.[1] ?? 0);
  const back = Math.min(asked, (chapter?.line.length ?? 1) - 1);
  const next =
    home === undefined
      ? `mission status, for what is on ${defaultBranch.name}`
      : `mission status --at ${home}${back > 0 ? `~${back}` : ""}`;
  return new CommandError("not-of-a-home", `${text} is on no mission's home: ${what}`, next);
}

// By date

async function momentOfDate(look: Look, chapters: readonly Chapter[], at: number): Promise<Moment> {
  const known = chapters.flatMap((chapter) => {
    const record = chapter.records.findLast((other) => other.at <= at);
    return record ? [{ chapter, record }] : [];
  });
  if (known.length === 0) {
    const first = Math.min(...chapters.flatMap(({ records }) => records[0]?.at ?? []));
    const when = Number.isFinite(first) ? `: the first record is of ${isoText(first)}` : "";
    throw new CommandError("before-the-beginning", `at ${isoText(at)} no mission had begun${when}`, "mission log");
  }
  const refs = await refsAt(look, chapters, at);
  const missions = known.map(({ chapter, record }) => placeOf(chapter, refs.get(chapter.homeRef) ?? null, record.id));
  return { now: at, isPresent: false, refs, rev: null, missions };
}

/** Where ledgers, homes and the default branch stood at a time, by committer dates. What else there was then is not known. */
async function refsAt(
  { doors, authority, refs, defaultBranch }: Look,
  chapters: readonly Chapter[],
  at: number,
): Promise<Map<string, string | null>> {
  const then = new Map<string, string | null>();
  const kept = new Set([authority.branchRef(defaultBranch.name), ...chapters.map(({ homeRef }) => homeRef)]);
  for (const name of refs.keys()) {
    const isFleeting = name === authority.stopRef || name.startsWith(authority.hostRef(""));
    const isWork = name.startsWith(authority.branchRef("mission/")) && !kept.has(name);
    if (isFleeting || isWork) then.set(name, null);
  }
  if (defaultBranch.tip !== null) {
    const line = await doors.git.listCommits(defaultBranch.tip, null);
    then.set(authority.branchRef(defaultBranch.name), line.findLast((commit) => commit.at <= at)?.oid ?? null);
  }
  for (const { ref, records, homeRef, line } of chapters) {
    then.set(ref, records.findLast((record) => record.at <= at)?.id ?? null);
    if (line.length > 0) then.set(homeRef, line.findLast((commit) => commit.at <= at)?.oid ?? null);
  }
  return then;
}
