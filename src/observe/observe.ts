/**
 * One look at everything: local runs first, then refs, then what they point at. A run that ends while we look is seen as
 * still going and never the other way round, because its folder is read before the ledger.
 */

import type { Doors } from "../doors/doors.ts";
import type { RestingMission, Snapshot } from "../model/snapshot.ts";
import type { Authority } from "../repo/authority.ts";
import { openAuthority } from "../repo/authority.ts";
import { readRefusals } from "../repo/refusals.ts";
import { type AuthorityPlace, findDefaultBranch, MISSION_FOLDERS, readAuthorityPlace } from "../repo/standing.ts";
import { findUnfitness } from "../repo/unfit.ts";
import { readBuiltinRoles } from "./builtin-roles.ts";
import { findAgents, readCapabilities, withBilling } from "./capabilities.ts";
import { openDocuments } from "./documents.ts";
import { sightHosts } from "./hosts.ts";
import { observeMissions } from "./missions.ts";
import type { Seen } from "./question.ts";
import { readRefusedFolders } from "./refused-folders.ts";

export interface ObserveOptions {
  /** false: look at this clone only, as last fetched. */
  fetch?: boolean;
  /** For a pulse: a checkout that was in the way is tried again after a while. */
  retry?: boolean;
  /** Missions as they were when they were last derived: those that have not changed since are left out. */
  resting?: readonly RestingMission[];
}

export async function observe(doors: Doors, options: ObserveOptions = {}): Promise<Snapshot> {
  const localRuns = doors.state.listRuns();
  const place = await readAuthorityPlace(doors.git);
  const authority = openAuthority(doors.git, place);
  const seen = await look(doors, place, authority, options.fetch ?? true);
  const documents = await openDocuments(doors);
  const defaultTip = seen.refs.get(authority.branchRef(seen.defaultBranch)) ?? null;
  const written = await documents.readRepository(defaultTip);
  const isFound = written.config.runtimes.length === 0;
  const runtimes = isFound ? findAgents(doors) : withBilling(doors, written.config.runtimes);
  const repository = { ...written, config: { ...written.config, runtimes } };
  const stopped = doors.state.stopped() || seen.refs.has(authority.stopRef);
  const { missions, resting } = await observeMissions({
    doors,
    authority,
    documents,
    refusals: readRefusals(doors),
    ...seen,
    defaultTip,
    worktrees: once(() => doors.git.listWorktrees()),
    retry: options.retry ?? false,
    resting: options.resting ?? null,
    stopped,
    local: new Set(localRuns.map(({ order }) => order.mission)),
  });
  const unfit = findUnfitness(doors.git, authority.remote);
  return {
    now: doors.clock.now(),
    host: doors.state.host,
    authority:
      authority.remote === null
        ? { kind: "local" }
        : { kind: "remote", remote: authority.remote, reachable: seen.reason === null, reason: seen.reason },
    defaultBranch: {
      name: seen.defaultBranch,
      tip: defaultTip,
      codeTree: defaultTip && (await doors.git.codeTree(defaultTip, MISSION_FOLDERS)),
    },
    repository: {
      ...repository,
      findings: [...repository.findings, ...(await readRefusedFolders(documents, defaultTip))],
    },
    builtinRoles: await readBuiltinRoles(doors),
    stopped,
    unpublished: seen.unpublished,
    unfit: unfit === null ? null : `${unfit.why}: ${unfit.next}`,
    missions,
    resting,
    localRuns,
    hosts: await sightHosts(doors, authority, seen.refs),
    capabilities: { ...readCapabilities(doors, repository.config, missions), isFound },
  };
}

async function look(doors: Doors, place: AuthorityPlace, authority: Authority, fetch: boolean): Promise<Seen> {
  const list = () =>
    doors.git.listRefs([
      place.refPrefix,
      "refs/mission",
      authority.remote === null ? "refs/heads" : `refs/remotes/${authority.remote}`,
    ]);
  const local = await list();
  const named = await findDefaultBranch(doors.git, place, async () => local);
  const options = { local, branches: named === null ? [] : [named] };
  const refreshed = fetch ? await authority.refresh(options) : null;
  const reachable = refreshed?.kind === "reachable" ? refreshed : null;
  return {
    refs: reachable?.changed ? await list() : local,
    defaultBranch: named ?? reachable?.headBranch ?? lastHead(local, authority.remote) ?? "main",
    isFresh: reachable !== null,
    reason: refreshed?.kind === "unreachable" ? refreshed.reason : null,
    rewound: reachable?.rewound ?? [],
    vanished: reachable?.vanished ?? [],
    unpublished: reachable?.unpublished ?? [],
  };
}

/** Without an answer of the remote: the usual names, as last fetched. */
function lastHead(refs: ReadonlyMap<string, string>, remote: string | null): string | null {
  return ["main", "master"].find((name) => refs.has(`refs/remotes/${remote}/${name}`)) ?? null;
}

/** The answer of the first call for all calls. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= ask();
    return answer;
  };
}
