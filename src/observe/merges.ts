/** How a home branch and the default branch stand to each other. */

import type { Doors } from "../doors/doors.ts";
import type { MissionFiles } from "../model/documents.ts";
import type { Ledger } from "../model/ledger.ts";
import type { FollowFacts, HomeSnapshot, MergeFacts } from "../model/snapshot.ts";
import { readCache, writeCache } from "../repo/cache.ts";
import { MISSION_FOLDERS } from "../repo/standing.ts";
import { findObstacle } from "./obstacles.ts";
import type { MissionsQuestion } from "./question.ts";

/** null when home has all of the default branch. */
export async function readFollow(
  doors: Doors,
  { mission, home, defaultTip }: { mission: string; home: HomeSnapshot; defaultTip: string },
): Promise<FollowFacts | null> {
  const { git } = doors;
  if (await git.isAncestor(defaultTip, home.tip)) return null;
  const base = await git.mergeBase(home.tip, defaultTip);
  const changed =
    base === null ? [] : await Promise.all(MISSION_FOLDERS.map((folder) => git.changedPaths(base, defaultTip, folder)));
  const merged = await tryMerge(doors, `follow-${mission}`, [home.tip, defaultTip]);
  return { defaultTip, missionsChanged: changed.flat().length > 0, ...merged };
}

type Tried = Pick<MergeFacts, "codeTree" | "conflicts">;

/** Kept from look to look: git writes the tree of a merge that it only tries, and a look that finds nothing new writes nothing. */
async function tryMerge(doors: Doors, name: string, [ours, theirs]: readonly [string, string]): Promise<Tried> {
  const key = `${ours} ${theirs}`;
  const kept = readCache<{ key: string; value: Tried }>(doors, name);
  if (kept?.key === key) return kept.value;
  const merged = await doors.git.mergeTree(ours, theirs);
  const value: Tried =
    merged.kind === "clean"
      ? { codeTree: await doors.git.codeTree(merged.tree, MISSION_FOLDERS), conflicts: [] }
      : {
          codeTree: null,
          conflicts: merged.kind === "conflict" ? merged.paths : ["the histories have nothing in common"],
        };
  writeCache(doors, name, { key, value });
  return value;
}

interface SignedMission {
  id: string;
  ledger: Ledger;
  files: MissionFiles;
}

/** Signed home commits that the ledger does not know to be on the default branch, in the order of their signatures. */
export async function readMerges(
  question: MissionsQuestion,
  mission: SignedMission,
  defaultTip: string,
): Promise<readonly MergeFacts[]> {
  const due = listSigned(mission).filter(
    ({ milestone, head }) =>
      !mission.ledger.merged.some(({ fact }) => fact.milestone === milestone && fact.head === head),
  );
  const { doors, defaultBranch } = question;
  const { git } = doors;
  const facts: MergeFacts[] = [];
  // One at a time: where the first one lands decides what the next one merges with.
  for (const { milestone, head } of due.slice(0, 1)) {
    // A person took it off home by force before this clone had it: nothing can be said of what is not here.
    if ((await git.resolve(head)) === null) continue;
    const contained =
      (await git.isAncestor(head, defaultTip)) || (await isSquashed(question, mission, head, defaultTip));
    facts.push({
      milestone,
      head,
      contained,
      commit: contained ? defaultTip : null,
      headCodeTree: await git.codeTree(head, MISSION_FOLDERS),
      obstacle: await findObstacle(question, defaultBranch, defaultTip),
      ...(contained
        ? { codeTree: null, conflicts: [] }
        : await tryMerge(doors, `merge-${mission.id}`, [defaultTip, head])),
    });
  }
  return facts;
}

function listSigned({ ledger, files }: SignedMission): readonly { milestone: string; head: string }[] {
  const milestones = new Set(files.milestones.map(({ id }) => id));
  const signed = ledger.asks
    .filter(
      ({ asked, answered }) =>
        asked.fact.ask === "sign-off" &&
        answered?.fact.decision === "approved" &&
        milestones.has(asked.fact.about ?? ""),
    )
    .map(({ asked }) => ({ milestone: asked.fact.about ?? "", head: asked.fact.boundTo }));
  return ledger.completed ? [...signed, { milestone: "final", head: ledger.completed.fact.commit }] : signed;
}

/**
 * Whether the default branch says done for each feature that the signed commit says done for, and completed where that says
 * completed: a squash of it.
 */
async function isSquashed(
  { documents }: MissionsQuestion,
  mission: SignedMission,
  head: string,
  defaultTip: string,
): Promise<boolean> {
  const read = async (commit: string): Promise<MissionFiles | null> =>
    (await documents.readMission(commit, { id: mission.id, root: "missions" }, { keep: false })) ??
    documents.readMission(commit, { id: mission.id, root: "todo/missions" }, { keep: false });
  const [signed, there] = [await read(head), await read(defaultTip)];
  if (!signed || !there) return false;
  const done = new Set(there.features.filter(({ status }) => status === "done").map(({ id }) => id));
  const wanted = signed.features.filter(({ status }) => status === "done");
  const closed = signed.mission?.status !== "completed" || there.mission?.status === "completed";
  return closed && wanted.length > 0 && wanted.every(({ id }) => done.has(id));
}
