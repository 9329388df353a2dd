/**
 * What `mission init` finds: remote, default branch, checks, agents. It asks the remote, asks agents for their version and
 * runs nothing of the repository.
 */

import { simpleGit } from "simple-git";
import { openAuthority } from "../../repo/authority.ts";
import type { Probed } from "../../repo/authority-probe.ts";
import { readStanding } from "../../repo/standing.ts";
import type { AgentState } from "../../view/agents.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookAtAgents } from "./agents/look.ts";
import { type FoundChecks, findChecks } from "./init-checks.ts";

/** So many merges of pull requests in a row are a rule, not a habit. */
const PULLS_IN_A_ROW = 5;
const LOOKED_AT = 20;

export interface Found {
  /** null: the refs here are the authority. */
  remote: string | null;
  /** All names that git knows. */
  remotes: readonly string[];
  defaultBranch: string;
  hasCommits: boolean;
  /** What the remote says to refs of ours; null without one. */
  probe: Probed | null;
  /** The last commits on the default branch all came by pull request. */
  byPullRequest: boolean;
  checks: FoundChecks;
  /** Names of agents that are installed and start: those that are ready, those in doubt, those without an account. */
  agents: readonly string[];
  /** Of these, the ones that surely have no account here. */
  signedOut: readonly string[];
  /** Names of agents that are installed and can't say their version. */
  broken: readonly string[];
}

const USABLE: readonly AgentState[] = ["ready", "unsure", "signed out"];

export async function findOut(context: Context, worktree: string): Promise<Found> {
  const { doors } = context;
  const remotes = (await simpleGit(worktree).getRemotes()).map(({ name }) => name);
  const { remote, refPrefix } = await chooseRemote(context, remotes);
  const authority = openAuthority(doors.git, { remote, refPrefix });
  const probe = remote === null ? null : await authority.probe();
  const listed = remote === null ? null : await doors.git.listRemote(remote, ["refs/heads/*"]);
  const head = listed !== null && "refs" in listed ? listed.head : null;
  const defaultBranch = await findDefault(context, head);
  const here = await doors.git.resolve(authority.branchRef(defaultBranch));
  const tip = here ?? (await doors.git.resolve(`refs/heads/${defaultBranch}`));
  const agents = await lookAtAgents(doors, null);
  const namesOf = (state: AgentState) => agents.filter((agent) => agent.state === state).map(({ name }) => name);
  return {
    remote,
    remotes,
    defaultBranch,
    hasCommits: tip !== null,
    probe,
    byPullRequest: tip !== null && remote !== null && (await isByPullRequest(worktree, tip)),
    checks: findChecks(doors.files, worktree),
    agents: USABLE.flatMap(namesOf),
    signedOut: namesOf("signed out"),
    broken: namesOf("broken"),
  };
}

/** A remote that is the only one is meant, whatever its name. */
async function chooseRemote({ doors: { git } }: Context, remotes: readonly string[]) {
  const standing = await readStanding(git);
  const isConfigured = (await git.readConfig("mission.remote")) !== null;
  const [only, ...others] = remotes;
  if (standing.remote !== null && !remotes.includes(standing.remote)) {
    throw new CommandError(
      "no-remote",
      `there is no remote ${standing.remote}`,
      "git config mission.remote NAME, with one of git remote",
    );
  }
  const remote = standing.remote ?? (isConfigured || others.length > 0 ? null : (only ?? null));
  return { ...standing, remote };
}

async function findDefault({ doors: { git } }: Context, remoteHead: string | null): Promise<string> {
  const configured = await git.readConfig("mission.default");
  const known = configured ?? remoteHead?.replace(/^refs\/heads\//, "") ?? (await readStanding(git)).defaultBranch;
  const name = known ?? (await git.readHead())?.replace(/^refs\/heads\//, "");
  if (name) return name;
  throw new CommandError(
    "no-default-branch",
    "nothing says which branch is the default one",
    "git config mission.default main, then mission init",
  );
}

/** Git can't be asked whether a branch takes pushes; its history tells. */
async function isByPullRequest(worktree: string, tip: string): Promise<boolean> {
  const text = await simpleGit(worktree).raw(["log", "--first-parent", `--max-count=${LOOKED_AT}`, "--format=%s", tip]);
  const subjects = text.split("\n").filter((line) => line !== "");
  const isPull = (subject: string) => /\(#\d+\)$|^Merge pull request #\d+/.test(subject);
  return subjects.length >= PULLS_IN_A_ROW && subjects.every(isPull);
}
