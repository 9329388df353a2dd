import type { Git } from "../doors/git.ts";
import type { RefPrefix } from "../format/ref-names.ts";

/** Folders that missions lie in, and which the code tree leaves out. */
export const MISSION_FOLDERS: readonly string[] = ["missions", "todo/missions"];

/** Where a repository keeps its truth: git config `mission.remote`, `mission.default` and `mission.refs`, else what git itself says. */
export interface Standing {
  /** null: the refs here are the authority. */
  remote: string | null;
  /** null: take what HEAD of the remote names. */
  defaultBranch: string | null;
  refPrefix: RefPrefix;
}

export async function readStanding(git: Git): Promise<Standing> {
  const remote = await readRemoteName(git);
  const configured = await git.readConfig("mission.default");
  const refs = await git.readConfig("mission.refs");
  return {
    remote,
    defaultBranch: configured ?? (remote === null ? await findLocalDefault(git) : null),
    refPrefix: refs === "refs/heads/mission-state" ? refs : "refs/mission",
  };
}

/** `mission.remote` may be `none`: a repository that has a remote and coordinates without it. */
async function readRemoteName(git: Git): Promise<string | null> {
  const configured = await git.readConfig("mission.remote");
  if (configured !== null) return configured === "none" || configured === "" ? null : configured;
  return (await git.readConfig("remote.origin.url")) === null ? null : "origin";
}

/** Not simply HEAD: the person may stand on any branch. */
async function findLocalDefault(git: Git): Promise<string | null> {
  const heads = await git.listRefs(["refs/heads/main", "refs/heads/master"]);
  for (const name of ["main", "master"]) if (heads.has(`refs/heads/${name}`)) return name;
  const head = await git.readHead();
  return head?.startsWith("refs/heads/") ? head.slice("refs/heads/".length) : null;
}
