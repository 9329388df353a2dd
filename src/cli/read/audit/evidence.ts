/** Gathers from git what the audit of a ledger looks at. Asks no remote and writes nothing, not even a cache. */

import { ofKind, readLedger } from "../../../derive/audit/audited-ledger.ts";
import type { Doors } from "../../../doors/doors.ts";
import type { RawCommit } from "../../../doors/git.ts";
import type { AuditEvidence, LedgerCommit, Mark, WorkEvidence } from "../../../model/audit.ts";
import { openAuthority } from "../../../repo/authority.ts";
import { readStanding } from "../../../repo/standing.ts";
import type { Gathering, LedgerPlace, Look } from "./gathering.ts";
import { defaultLine, homeEvidence } from "./lines.ts";
import { openPast } from "./past.ts";
import { readProgramSignatures } from "./program-signatures.ts";

export async function lookAround(doors: Doors): Promise<Look> {
  const standing = await readStanding(doors.git);
  const authority = openAuthority(doors.git, standing);
  const branches = authority.remote === null ? "refs/heads" : `refs/remotes/${authority.remote}`;
  const refs = await doors.git.listRefs([standing.refPrefix, "refs/mission", branches]);
  const usual = ["main", "master"].find((branch) => refs.has(authority.branchRef(branch)));
  const name = standing.defaultBranch ?? usual ?? "main";
  return { doors, authority, refs, defaultBranch: { name, tip: refs.get(authority.branchRef(name)) ?? null } };
}

export function listLedgers({ authority, refs }: Look): readonly LedgerPlace[] {
  return [...refs].flatMap(([ref, tip]) => {
    const mission = authority.names.missionOf(ref);
    return mission === null ? [] : [{ mission, ref, tip }];
  });
}

export async function gatherEvidence(look: Look, { mission, ref, tip }: LedgerPlace): Promise<AuditEvidence> {
  const { git } = look.doors;
  const commits = (await git.listCommits(tip, null)).map(toLedgerCommit);
  const ledger = readLedger(mission, commits);
  const created = ledger.records.find(({ kind }) => kind === "created");
  const homeBranch = created?.get("Home") ?? look.defaultBranch.name;
  const gathering: Gathering = {
    ...look,
    ledger,
    tip,
    began: created?.homeTip ?? null,
    homeBranch,
    homeTip: look.refs.get(look.authority.branchRef(homeBranch)) ?? null,
  };
  const lacksHistory = await isCut(gathering);
  const past = await openPast(gathering);
  const home = await homeEvidence(gathering, past);
  const merges = await defaultLine(gathering);
  return {
    mission,
    ref,
    commits,
    marks: await listMarks(gathering),
    home,
    defaultLine: merges,
    asked: await past.readAsked(),
    limits: await past.readLimits(),
    lacksHistory,
    baseless: await findBaseless(gathering),
    plans: await past.readPlans(),
    approvers: await past.readApprovers(),
    work: await listWork(gathering),
    fixUps: await findFixUps(gathering),
    signatures: await readProgramSignatures(gathering, [...(home?.line ?? []), ...merges]),
  };
}

async function isCut({ doors: { git }, began, homeTip, defaultBranch }: Gathering): Promise<boolean> {
  if (!git.isShallow) return false;
  if (began === null || (await git.resolve(began)) === null) return true;
  for (const tip of [homeTip, defaultBranch.tip]) if (tip !== null && !(await git.isAncestor(began, tip))) return true;
  return false;
}

async function findBaseless({ doors: { git }, ledger }: Gathering): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const verdict of ofKind(ledger, "verdict"))
    if ((await git.resolve(verdict.get("Base") ?? "")) === null) found.add(verdict.id);
  return found;
}

function toLedgerCommit({ oid, parents, at, author, committer, message }: RawCommit): LedgerCommit {
  return { id: oid, parents, at, author, committer, message };
}

/** What this clone once saw of the ledger on a remote, under whatever name. */
async function listMarks({ doors: { git }, refs, ledger, tip }: Gathering): Promise<readonly Mark[]> {
  const isMark = (name: string) =>
    (name.startsWith("refs/mission/seen/") || name.includes("/mission-state/ledger/")) &&
    name.endsWith(`/${ledger.mission}`);
  const marks: Mark[] = [];
  for (const [ref, oid] of refs) {
    if (!isMark(ref)) continue;
    const isHere = (await git.resolve(oid)) !== null;
    // A tracking branch may be ahead of the ledger here, which the authority gives; what was seen there may not.
    const isTracking = !ref.startsWith("refs/mission/seen/");
    const holds = isHere ? (await git.isAncestor(oid, tip)) || (isTracking && (await git.isAncestor(tip, oid))) : null;
    marks.push({ ref, oid, holds });
  }
  return marks;
}

async function listWork(gathering: Gathering): Promise<readonly WorkEvidence[]> {
  const { ledger, authority, refs } = gathering;
  const work: WorkEvidence[] = [];
  for (const [run, ends] of ledger.ends) {
    const head = ends[0]?.get("Head") ?? null;
    if (head === null || !ledger.claims.has(run)) continue;
    const ref = authority.inRef(run);
    const tip = refs.get(ref) ?? null;
    work.push({ run, ref, head, tip, ...(await findHead(gathering, head, tip)) });
  }
  return work;
}

async function findHead(
  { doors: { git }, homeTip, defaultBranch }: Gathering,
  head: string,
  tip: string | null,
): Promise<Pick<WorkEvidence, "isHere" | "isKept">> {
  if (tip === head) return { isHere: true, isKept: true };
  if ((await git.resolve(head)) === null) return { isHere: false, isKept: false };
  for (const holder of [tip, homeTip, defaultBranch.tip])
    if (holder !== null && (await git.isAncestor(head, holder))) return { isHere: true, isKept: true };
  return { isHere: true, isKept: false };
}

/** Judged heads that go on from a delivered one: people pushed fix-ups on the branch. */
async function findFixUps({ doors: { git }, ledger }: Gathering): Promise<ReadonlySet<string>> {
  const delivered = new Map<string, Set<string>>();
  for (const [run, ends] of ledger.ends) {
    const claim = ledger.claims.get(run);
    const feature = claim?.get("Feature");
    const head = ends[0]?.get("Head") ?? claim?.get("Base");
    if (!feature || !head || claim?.get("Kind") !== "work") continue;
    delivered.set(feature, (delivered.get(feature) ?? new Set()).add(head));
  }
  const pairs = new Set<string>();
  for (const verdict of ledger.records.filter(({ kind }) => kind === "verdict")) {
    for (const { feature, head } of verdict.heads) {
      const heads = delivered.get(feature);
      if (head === null || heads === undefined || heads.has(head)) continue;
      for (const from of heads) if (await git.isAncestor(from, head)) pairs.add(`${from} ${head}`);
    }
  }
  return pairs;
}
