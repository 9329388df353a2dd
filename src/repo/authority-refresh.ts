/**
 * Bringing this clone's picture of the remote up to date: one `ls-remote`, and one fetch when something differs.
 *
 * Ledgers, work and salvage are fetched without force and never pruned, so a ledger that somebody rewound or deleted is
 * kept here and told. Heartbeats, the stop ref and mission branches follow the remote in everything: what is gone there is
 * deleted here by its expected value, since a pruning fetch would take ledgers along.
 */

import type { RefUpdate } from "../doors/git.ts";
import { branchName, mirrorName } from "../format/ref-names.ts";
import { type Mirror, moveEach, seenRef } from "./authority-remote.ts";

const BRANCHES = "refs/heads/";
const MISSION_BRANCH = "refs/heads/mission";
const MISSION_BRANCHES = `${MISSION_BRANCH}/`;

export interface RefreshOptions {
  /** Refs of this clone as just listed, at least those below `refs/mission`, the prefix and `refs/remotes/<remote>`. */
  local?: ReadonlyMap<string, string>;
  /** Branches to know beside `mission/*` and the one that HEAD of the remote names, such as homes. */
  branches?: readonly string[];
}

export type Refreshed =
  | {
      kind: "reachable";
      /** Whether anything here moved. */
      changed: boolean;
      /** The branch that HEAD of the remote names; null when it names none. */
      headBranch: string | null;
      /** Missions whose ledger there does not continue the one here. */
      rewound: readonly string[];
      /** Missions whose ledger was once seen there and is gone. */
      vanished: readonly string[];
      /** Missions whose ledger was never there. */
      unpublished: readonly string[];
    }
  | { kind: "unreachable"; reason: string };

type Refs = ReadonlyMap<string, string>;

export async function refresh(mirror: Mirror, options: RefreshOptions): Promise<Refreshed> {
  const { git, remote, names } = mirror;
  const local = options.local ?? (await git.listRefs([names.prefix, "refs/mission", `refs/remotes/${remote}`]));
  // A branch `mission` that was once there: its mirror stands in the way of those of our branches.
  const inTheWay = local.has(mirrorName(MISSION_BRANCH, remote, names.prefix)) ? [MISSION_BRANCH] : [];
  const branches = [...(options.branches ?? []).map(branchName), ...inTheWay];
  const listed = await git.listRemote(remote, ["HEAD", `${names.prefix}/*`, `${MISSION_BRANCHES}*`, ...branches]);
  if ("unreachable" in listed) return { kind: "unreachable", reason: listed.unreachable };
  const refs = nameHead(listed);
  const refspecs = chooseRefspecs(mirror, local, refs);
  const gone = listGone(mirror, local, refs);
  // First, because a name that is gone may stand in the way of a new one below it.
  await moveEach(git, gone);
  const fetched = await git.fetch(remote, refspecs);
  if (fetched.kind === "unreachable") return fetched;
  await moveEach(git, await listMarks(mirror, local, refs));
  return {
    kind: "reachable",
    changed: refspecs.length > 0 || gone.length > 0,
    headBranch: listed.head?.startsWith(BRANCHES) ? listed.head.slice(BRANCHES.length) : null,
    rewound: await listRewound(mirror, { local, refs, rejected: fetched.rejected }),
    ...listMissing(mirror, local, refs),
  };
}

/** The branch of HEAD is known by its value before its name is. */
function nameHead({ refs, head }: { refs: Refs; head: string | null }): Refs {
  const named = new Map(refs);
  const value = named.get("HEAD");
  named.delete("HEAD");
  return head === null || value === undefined ? named : named.set(head, value);
}

function chooseRefspecs(mirror: Mirror, local: Refs, refs: Refs): readonly string[] {
  const { remote, names } = mirror;
  const differing = [...refs].filter(([ref, oid]) => local.get(mirrorName(ref, remote, names.prefix)) !== oid);
  // What moves in one push is fetched together: a ledger that moved since it was listed must not name what is not here.
  const hasLedger = differing.some(([ref]) => names.missionOf(ref) !== null);
  const branches = [...refs.keys()].filter((ref) => ref.startsWith(BRANCHES));
  const wanted = [
    ...differing.map(([ref]) => ref),
    ...(hasLedger ? [...branches, `${MISSION_BRANCHES}*`, names.in("*")] : []),
  ];
  return [...new Set(wanted.flatMap((ref) => refspecFor(mirror, ref) ?? []))];
}

/** Whole groups where there are many: a name that is deleted in this moment then does no harm. null: not ours to know. */
function refspecFor({ remote, names }: Mirror, ref: string): string | null {
  const { prefix } = names;
  for (const group of [`${prefix}/ledger/*`, `${prefix}/in/*`, `${prefix}/salvage/*`]) {
    if (ref.startsWith(group.slice(0, -1))) return `${group}:${group}`;
  }
  if (ref.startsWith(names.host(""))) return `+${names.host("*")}:${names.host("*")}`;
  if (ref === names.stop) return `+${ref}:${ref}`;
  if (ref.startsWith(`${prefix}/`) || !ref.startsWith(BRANCHES)) return null;
  const branch = ref.startsWith(MISSION_BRANCHES) ? `${MISSION_BRANCHES}*` : ref;
  return `+${branch}:${mirrorName(branch, remote, prefix)}`;
}

/** Deletions of what follows the remote and is no longer there, each by the value that it had before the remote was asked. */
function listGone({ remote, names }: Mirror, local: Refs, refs: Refs): readonly RefUpdate[] {
  const tracked = mirrorName(MISSION_BRANCH, remote, names.prefix);
  return [...local].flatMap(([name, old]) => {
    const isOurs = name === names.stop || name.startsWith(names.host(""));
    const isTracked = name === tracked || name.startsWith(`${tracked}/`);
    const ref = isTracked ? MISSION_BRANCH + name.slice(tracked.length) : name;
    return (isOurs || ref !== name) && !refs.has(ref) ? [{ name, new: null, old }] : [];
  });
}

async function listMarks(mirror: Mirror, local: Refs, refs: Refs): Promise<readonly RefUpdate[]> {
  const marks: RefUpdate[] = [];
  for (const [ref, oid] of refs) {
    const mission = mirror.names.missionOf(ref);
    if (mission === null || local.has(seenRef(mirror, mission))) continue;
    if ((await mirror.git.resolve(oid)) !== null) marks.push({ name: seenRef(mirror, mission), new: oid, old: null });
  }
  return marks;
}

/**
 * A mirror holds only what the authority had. So the value that it had before the remote was asked must come before the
 * one there; comparing with the mirror as it is now would take a push that another process just won for a rewind.
 */
async function listRewound(
  { git, names }: Mirror,
  { local, refs, rejected }: { local: Refs; refs: Refs; rejected: readonly string[] },
): Promise<readonly string[]> {
  const rewound: string[] = [];
  for (const ref of rejected) {
    const mission = names.missionOf(ref);
    const [here, there] = [local.get(ref), refs.get(ref)];
    if (mission === null || here === undefined || there === undefined || (await git.resolve(there)) === null) continue;
    if (!(await git.isAncestor(here, there))) rewound.push(mission);
  }
  return rewound;
}

function listMissing(
  mirror: Mirror,
  local: Refs,
  refs: Refs,
): { vanished: readonly string[]; unpublished: readonly string[] } {
  const here = [...local.keys()].flatMap((ref) => mirror.names.missionOf(ref) ?? []);
  const missing = here.filter((mission) => !refs.has(mirror.names.ledger(mission)));
  const isSeen = (mission: string) => local.has(seenRef(mirror, mission));
  return { vanished: missing.filter(isSeen), unpublished: missing.filter((mission) => !isSeen(mission)) };
}
