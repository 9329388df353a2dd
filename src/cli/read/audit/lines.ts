import { type AuditedRecord, ofKind } from "../../../derive/audit/audited-ledger.ts";
import type { RawCommit } from "../../../doors/git.ts";
import { findTrailer, parseMessage } from "../../../format/trailers.ts";
import type { HomeEvidence, LineCommit, OffHome } from "../../../model/audit.ts";
import { MISSION_FOLDERS } from "../../../repo/standing.ts";
import type { Gathering } from "./gathering.ts";
import type { Past } from "./past.ts";

/** Home's own line since the mission began; null when the branch is not here. */
export async function homeEvidence(gathering: Gathering, past: Past): Promise<HomeEvidence | null> {
  const { doors, ledger, homeBranch, homeTip, defaultBranch } = gathering;
  if (homeTip === null) return null;
  const line: LineCommit[] = [];
  for (const commit of await listSince(gathering, homeTip)) {
    const parent = line.at(-1) ?? null;
    const [first = null] = commit.parents;
    const parentCodeTree =
      parent?.id === first ? (parent?.codeTree ?? null) : first && (await doors.git.codeTree(first, MISSION_FOLDERS));
    line.push({
      ...toLineCommit(commit),
      codeTree: await doors.git.codeTree(commit.oid, MISSION_FOLDERS),
      parentCodeTree,
    });
  }
  const onLine = new Set(line.map(({ id }) => id));
  const offHome = new Map<string, OffHome>();
  for (const landed of ofKind(ledger, "landed")) {
    const commit = landed.get("Commit") ?? "";
    if (!onLine.has(commit)) offHome.set(commit, await findOffHome(gathering, landed, commit));
  }
  const files = await past.readFiles(homeTip);
  const done = new Set((files?.features ?? []).filter(({ status }) => status === "done").map(({ id }) => id));
  return { branch: homeBranch, isDefault: homeBranch === defaultBranch.name, tip: homeTip, line, done, offHome };
}

/** The default branch since the mission began; empty where it is home. */
export async function defaultLine(gathering: Gathering): Promise<readonly LineCommit[]> {
  const { defaultBranch, homeBranch } = gathering;
  if (defaultBranch.tip === null || defaultBranch.name === homeBranch) return [];
  return (await listSince(gathering, defaultBranch.tip)).map(toLineCommit);
}

async function listSince({ doors: { git }, began }: Gathering, tip: string): Promise<readonly RawCommit[]> {
  const isHere = began !== null && (await git.resolve(began)) !== null;
  return git.listCommits(tip, isHere ? began : null);
}

function toLineCommit({ oid, parents, at, committer, message }: RawCommit): LineCommit {
  const { subject, trailers } = parseMessage(message);
  return {
    id: oid,
    parents,
    at,
    subject,
    committer: committer.email,
    mission: findTrailer(trailers, "Mission"),
    run: findTrailer(trailers, "Mission-Run"),
    head: findTrailer(trailers, "Mission-Head"),
    codeTree: "",
    parentCodeTree: null,
  };
}

/** A later record says where home was: if that has the landing in its history, home had it once. */
async function findOffHome(
  { doors: { git }, ledger }: Gathering,
  landed: AuditedRecord,
  commit: string,
): Promise<OffHome> {
  const raw = (await git.resolve(commit)) === null ? null : await git.readCommit(commit);
  if (raw === null) return { isLanding: false, wasHome: false };
  const { mission } = toLineCommit(raw);
  const isLanding =
    raw.committer.email.startsWith("pulse@") && mission === `${ledger.mission}/${landed.get("Feature")}`;
  const later = ledger.records.filter(({ position, homeTip }) => position > landed.position && homeTip !== null);
  for (const tip of new Set(later.map(({ homeTip }) => homeTip ?? "")))
    if ((await git.resolve(tip)) !== null && (await git.isAncestor(commit, tip))) return { isLanding, wasHome: true };
  return { isLanding, wasHome: false };
}
