import type { Git } from "../doors/git.ts";
import type { RefPrefix } from "../format/ref-names.ts";

/** Folders that missions lie in, and which the code tree leaves out. */
export const MISSION_FOLDERS: readonly string[] = ["missions", "todo/missions"];

/** Where a repository keeps its truth: git config `mission.remote` and `mission.refs`, else what git itself says. */
export interface AuthorityPlace {
  /** null: the refs here are the authority. */
  remote: string | null;
  refPrefix: RefPrefix;
}

/** With the default branch, which `mission.default` may name. */
export interface Standing extends AuthorityPlace {
  /** null: take what HEAD of the remote names. */
  defaultBranch: string | null;
}

export async function readAuthorityPlace(git: Git): Promise<AuthorityPlace> {
  const remote = await readRemoteName(git);
  const refs = await git.readConfig("mission.refs");
  return { remote, refPrefix: refs === "refs/heads/mission-state" ? refs : "refs/mission" };
}

export async function readStanding(git: Git): Promise<Standing> {
  const place = await readAuthorityPlace(git);
  return { ...place, defaultBranch: await findDefaultBranch(git, place, () => git.listRefs(USUAL_HEADS)) };
}

/** null: take what HEAD of the remote names. `listHeads` is asked only where the branches here decide. */
export async function findDefaultBranch(
  git: Git,
  { remote }: AuthorityPlace,
  listHeads: () => Promise<ReadonlyMap<string, string>>,
): Promise<string | null> {
  const configured = await git.readConfig("mission.default");
  return configured ?? (remote === null ? findLocalDefault(git, await listHeads()) : null);
}

/** `mission.remote` may be `none`: a repository that has a remote and coordinates without it. */
async function readRemoteName(git: Git): Promise<string | null> {
  const configured = await git.readConfig("mission.remote");
  if (configured !== null) return configured === "none" || configured === "" ? null : configured;
  return (await git.readConfig("remote.origin.url")) === null ? null : "origin";
}

const USUAL_HEADS: readonly string[] = ["refs/heads/main", "refs/heads/master"];

/** Not simply HEAD: the person may stand on any branch. */
async function findLocalDefault(git: Git, heads: ReadonlyMap<string, string>): Promise<string | null> {
  const usual = USUAL_HEADS.find((name) => heads.has(name));
  const name = usual ?? (await git.readHead());
  return name?.startsWith(HEADS) ? name.slice(HEADS.length) : null;
}

const HEADS = "refs/heads/";
