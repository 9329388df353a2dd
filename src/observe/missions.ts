import type { MissionFiles, RepositoryFiles } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { isId } from "../model/ids.ts";
import type { Ledger } from "../model/ledger.ts";
import { MISSION_FORMAT } from "../model/record.ts";
import type { HomeSnapshot, MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import { emptyLedger, foldLedger } from "../repo/fold.ts";
import { recallRefusal } from "../repo/refusals.ts";
import { MISSION_FOLDERS } from "../repo/standing.ts";
import { readCandidates } from "./candidates.ts";
import { damagedMission } from "./damaged-mission.ts";
import { type Documents, type MissionPlace, mergeConfig } from "./documents.ts";
import { readKeptLedger } from "./kept-ledgers.ts";
import { readFollow, readMerges } from "./merges.ts";
import { findObstacle } from "./obstacles.ts";
import type { MissionsQuestion, Seen } from "./question.ts";
import { neededBy, restKeys } from "./resting.ts";

/** Missions are the ledgers of the authority plus the folders without a ledger on the default branch. */
export async function observeMissions(question: MissionsQuestion): Promise<Pick<Snapshot, "missions" | "resting">> {
  const { authority, refs, documents, defaultTip } = question;
  const prefix = authority.ledgerRef("");
  const withLedger = [...refs.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  const folders = defaultTip === null ? [] : await documents.listMissions(defaultTip);
  const known = new Set(withLedger);
  const some = [...withLedger, ...folders.map(({ id }) => id).filter((id) => !known.has(id) && isId(id))];
  const ids = [...new Set(some)].sort();
  const keys = question.resting && (await restKeys(question, ids, { folders, withLedger: known }));
  const unchanged = new Map(
    (question.resting ?? []).filter(({ id, key }) => keys?.get(id) === key).map((one) => [one.id, one]),
  );
  // With a remote one at a time: reading a home may fetch it.
  const look = (wanted: readonly string[]) =>
    inTurns(wanted, authority.remote === null ? AT_ONCE : 1, async (id) => ({
      ...(await observeMission(question, id, folders).catch((error) => observeDamaged(question, id, folders, error))),
      ...(keys && { restKey: keys.get(id) ?? null }),
    }));
  const first = await look(ids.filter((id) => !unchanged.has(id)));
  const needed = neededBy(first);
  const missions = [...first, ...(await look([...unchanged.keys()].filter((id) => needed.has(id))))];
  documents.forgetAllBut(ids);
  return {
    missions: missions.sort((a, b) => (a.id < b.id ? -1 : 1)),
    resting: [...unchanged.values()].filter(({ id }) => !needed.has(id)),
  };
}

/** What git reads for some missions is here by the time that another one is parsed; more at once would only take memory. */
const AT_ONCE = 2;

/** Answers in the order of the items, at most `atOnce` of them under way. */
async function inTurns<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const turn = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, turn));
  return results;
}

async function observeDamaged(
  { documents, defaultTip }: MissionsQuestion,
  id: string,
  folders: readonly MissionPlace[],
  error: unknown,
): Promise<MissionSnapshot> {
  const place = folders.find((folder) => folder.id === id) ?? { id, root: "missions" as const };
  return damagedMission(place, await documents.readRepository(defaultTip), error);
}

async function observeMission(
  question: MissionsQuestion,
  id: string,
  folders: readonly MissionPlace[],
): Promise<MissionSnapshot> {
  const { doors, authority, refs, refusals, documents, defaultTip } = question;
  const { ledger, isNewer } = await readMissionLedger(question, refs.get(authority.ledgerRef(id)) ?? null, id);
  const { branch, tip } = await findHome(question, id, ledger, folders);
  const home = await readHome(question, { branch, tip });
  const found = tip === null ? null : await findMission(documents, tip, id, folders);
  const repository = await homeRepository(question, tip);
  const place = found?.place ?? folders.find((folder) => folder.id === id) ?? { id, root: "missions" as const };
  const base = {
    id,
    root: place.root,
    path: `${place.root}/${id}`,
    ledgerState: ledgerState(question, id, ledger, isNewer),
    ledger,
    refused:
      ledger.created !== null || tip === null
        ? null
        : recallRefusal(refusals, { branch: authority.ledgerRef(id), tip, now: doors.clock.now(), retry: false }),
    home,
    gone: ledger.created !== null && tip !== null && found === null,
    files: found ? withTwin(found, tip === defaultTip ? folders : await documents.listMissions(tip ?? "")) : NO_FILES,
    repository,
  };
  const inOwnBranch = home !== null && !home.isDefault && defaultTip !== null;
  return {
    ...base,
    candidates: await readCandidates(question, id, ledger),
    follow: inOwnBranch ? await readFollow(doors, { mission: id, home, defaultTip }) : null,
    merges: inOwnBranch ? await readMerges(question, base, defaultTip) : [],
  };
}

/** The home of a completed mission may be deleted: then the default branch, where all of it is, is read. */
async function findHome(
  question: MissionsQuestion,
  id: string,
  ledger: Ledger,
  folders: readonly MissionPlace[],
): Promise<{ branch: string; tip: string | null }> {
  const { documents, defaultBranch, defaultTip } = question;
  const branch = ledger.created?.fact.home ?? defaultBranch;
  const tip = await readTip(question, branch);
  if (tip !== null || ledger.completed === null || defaultTip === null) return { branch, tip };
  const merged = await findMission(documents, defaultTip, id, folders);
  return merged?.files.mission?.status === "completed" ? { branch: defaultBranch, tip: defaultTip } : { branch, tip };
}

/**
 * The tip of a home. A mission that began while another branch was the default one has a home that no refresh brings along,
 * and that may be gone.
 */
async function readTip(question: MissionsQuestion, branch: string): Promise<string | null> {
  const { authority, refs, defaultBranch, isFresh } = question;
  const known = refs.get(authority.branchRef(branch)) ?? null;
  const isRefreshed = branch === defaultBranch || branch.startsWith("mission/");
  if (authority.remote === null || isRefreshed || !isFresh) return known;
  const ref = `refs/heads/${branch}`;
  const values = await authority.read([ref]);
  const tip = values.kind === "read" ? (values.refs.get(ref) ?? null) : known;
  if (tip !== null && tip !== known) await authority.fetch([ref]);
  return tip;
}

const NO_FILES: MissionFiles = { mission: null, contract: [], milestones: [], features: [], roles: [], findings: [] };

async function readMissionLedger(
  { doors, documents, defaultTip }: MissionsQuestion,
  tip: string | null,
  id: string,
): Promise<{ ledger: Ledger; isNewer: boolean }> {
  if (tip === null) return { ledger: emptyLedger(), isNewer: false };
  const read = await readKeptLedger(doors, id, tip);
  const { approvers } = (await documents.readRepository(defaultTip)).config;
  const ledger = foldLedger(tip, read.records, { unreadable: read.unreadable, approvers });
  return { ledger, isNewer: (ledger.created?.fact.format ?? MISSION_FORMAT) > MISSION_FORMAT };
}

function ledgerState(
  { rewound, vanished }: Seen,
  id: string,
  ledger: Ledger,
  isNewer: boolean,
): MissionSnapshot["ledgerState"] {
  if (rewound.includes(id)) return "rewound";
  if (vanished.includes(id)) return "missing";
  if (ledger.created === null) return "none";
  return isNewer ? "newer" : "ok";
}

async function readHome(
  question: MissionsQuestion,
  { branch, tip }: { branch: string; tip: string | null },
): Promise<HomeSnapshot | null> {
  if (tip === null) return null;
  const { doors, defaultBranch } = question;
  return {
    branch,
    tip,
    codeTree: await doors.git.codeTree(tip, MISSION_FOLDERS),
    isDefault: branch === defaultBranch,
    obstacle: await findObstacle(question, branch, tip),
  };
}

async function findMission(
  documents: Documents,
  tip: string,
  id: string,
  folders: readonly MissionPlace[],
): Promise<{ place: MissionPlace; files: MissionFiles } | null> {
  const first = folders.find((folder) => folder.id === id)?.root ?? "missions";
  for (const root of first === "missions"
    ? (["missions", "todo/missions"] as const)
    : (["todo/missions", "missions"] as const)) {
    const files = await documents.readMission(tip, { id, root });
    if (files) return { place: { id, root }, files };
  }
  return null;
}

/** The same name in both folders: nobody can say which is meant. */
function withTwin(
  { place, files }: { place: MissionPlace; files: MissionFiles },
  folders: readonly MissionPlace[],
): MissionFiles {
  const twin = folders.find(({ id, root }) => id === place.id && root !== place.root);
  if (!twin) return files;
  const finding: Finding = {
    file: `${place.root}/${place.id}/mission.md`,
    line: 1,
    column: 1,
    severity: "error",
    code: "duplicate-mission",
    message: `There is another mission of this name: ${twin.root}/${twin.id}`,
    expected: "one mission of a name in missions/ and todo/missions/",
  };
  return { ...files, findings: [...files.findings, finding] };
}

async function homeRepository(
  { documents, defaultTip }: MissionsQuestion,
  tip: string | null,
): Promise<RepositoryFiles> {
  const repository = await documents.readRepository(defaultTip);
  if (tip === null || tip === defaultTip) return repository;
  const home = await documents.readRepository(tip);
  return { ...home, config: mergeConfig(home.config, repository.config) };
}
