/**
 * What happened, as plain data: what the checkers of this folder read. It comes from git objects and refs and from what
 * workers and people noted themselves, never from what the engine folds, derives or decides.
 */

import type { Git, RawCommit } from "../../../src/doors/git.ts";
import { parseRecord } from "../../../src/format/record.ts";
import type { Fact, LedgerRecord } from "../../../src/model/record.ts";

export interface CommitFacts extends RawCommit {
  codeTree: string;
}

/** A file below the missions' folders that a commit of the program changed against its first parent. */
export interface ChangedFile {
  commit: string;
  subject: string;
  status: string;
  path: string;
  before: string;
  after: string;
}

export interface MissionHistory {
  id: string;
  /** Branch that its last `created` names; null when the ledger has none. */
  homeBranch: string | null;
  /** Of every epoch, oldest first. */
  records: readonly LedgerRecord[];
  /** Commits of the ledger, oldest first, first parents only. */
  ledger: readonly RawCommit[];
  /** First parents of home, oldest first; empty when there is no home. */
  home: readonly CommitFacts[];
  /** What the program changed in mission files on home. */
  changes: readonly ChangedFile[];
}

export interface History {
  missions: readonly MissionHistory[];
  defaultName: string;
  /** First parents of the default branch, oldest first. */
  defaultBranch: readonly CommitFacts[];
}

/** A ref that moved at the authority. `by` is a process, or a person. */
export interface RefMove {
  at: number;
  by: string;
  ref: string;
  old: string | null;
  new: string | null;
}

const MISSION_FOLDERS = ["missions", "todo/missions"];
const LEDGERS = "refs/mission/ledger/";

export interface ReadOptions {
  defaultName: string;
}

/** Reads the history of the repository that is the authority. */
export async function readHistory(git: Git, { defaultName }: ReadOptions): Promise<History> {
  const refs = await git.listRefs([LEDGERS, "refs/heads"]);
  const lines = new Map<string, readonly CommitFacts[]>();
  const lineOf = async (branch: string): Promise<readonly CommitFacts[]> => {
    const known = lines.get(branch) ?? (await readLine(git, refs.get(`refs/heads/${branch}`)));
    lines.set(branch, known);
    return known;
  };
  const missions: MissionHistory[] = [];
  for (const [name, tip] of refs) {
    if (!name.startsWith(LEDGERS)) continue;
    const ledger = await git.listCommits(tip, null);
    const records = ledger.map(parseRecord).filter((record): record is LedgerRecord => "fact" in record);
    const created = ofKind(records, "created").at(-1) ?? null;
    const home = created === null ? [] : await lineOf(created.home);
    missions.push({
      id: name.slice(LEDGERS.length),
      homeBranch: created?.home ?? null,
      records,
      ledger,
      home,
      changes: await readChanges(git, home),
    });
  }
  return { missions, defaultName, defaultBranch: await lineOf(defaultName) };
}

async function readLine(git: Git, tip: string | undefined): Promise<readonly CommitFacts[]> {
  const commits = tip === undefined ? [] : await git.listCommits(tip, null);
  return Promise.all(
    commits.map(async (commit) => ({ ...commit, codeTree: await git.codeTree(commit.oid, MISSION_FOLDERS) })),
  );
}

async function readChanges(git: Git, line: readonly CommitFacts[]): Promise<readonly ChangedFile[]> {
  const changes: ChangedFile[] = [];
  for (const [index, commit] of line.entries()) {
    const parent = line[index - 1];
    if (!isProgram(commit) || parent === undefined || commit.parents.length !== 1) continue;
    for (const folder of MISSION_FOLDERS) {
      for (const { status, path } of await git.changedPaths(parent.oid, commit.oid, folder)) {
        const [before, after] = [await readText(git, parent.oid, path), await readText(git, commit.oid, path)];
        changes.push({ commit: commit.oid, subject: subjectOf(commit), status, path, before, after });
      }
    }
  }
  return changes;
}

async function readText(git: Git, commit: string, path: string): Promise<string> {
  return (await git.readObject(`${commit}:${path}`))?.bytes.toString("utf8") ?? "";
}

/** Made by a pulse. What a person rebased or squashed is the person's. */
export function isProgram({ committer }: Pick<RawCommit, "committer">): boolean {
  return committer.email.startsWith("pulse@");
}

export function subjectOf({ message }: Pick<RawCommit, "message">): string {
  return message.split("\n")[0] ?? "";
}

export function ofKind<K extends Fact["kind"]>(
  records: readonly LedgerRecord[],
  kind: K,
): readonly Extract<Fact, { kind: K }>[] {
  return records.map(({ fact }) => fact).filter((fact): fact is Extract<Fact, { kind: K }> => fact.kind === kind);
}

/** The feature of that mission that a commit names. Missions may share a home. */
export function featureOf({ message }: Pick<RawCommit, "message">, mission: string): string | null {
  const start = `Mission: ${mission}/`;
  return (
    message
      .split("\n")
      .find((line) => line.startsWith(start))
      ?.slice(start.length) ?? null
  );
}
