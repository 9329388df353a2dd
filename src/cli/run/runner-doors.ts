import { systemClock } from "../../doors/clock.ts";
import type { Git, Identity } from "../../doors/git.ts";
import { sha256 } from "../../doors/hash.ts";
import type { StateFolder } from "../../doors/host.ts";
import { programBuild, programFile } from "../../doors/package.ts";
import { loadPrices } from "../../doors/prices.ts";
import { findContainment } from "../../doors/processes/containment.ts";
import type { Processes } from "../../doors/processes.ts";
import { systemRandom } from "../../doors/random.ts";
import { askVersion } from "../../doors/runtimes/agent/ask-version.ts";
import { configuredNames } from "../../doors/runtimes/codex/configured-names.ts";
import { systemDrivers } from "../../doors/runtimes/drivers.ts";
import { bashShell } from "../../doors/runtimes/program/shell-bash.ts";
import { survivorsOf } from "../../doors/runtimes/program/survivors.ts";
import { measureDisk } from "../../doors/runtimes/run-folder/disk-usage.ts";
import { openRunFolder } from "../../doors/runtimes/run-folder/run-folder.ts";
import { openSearch } from "../../doors/runtimes/run-folder/search.ts";
import { makeWorkspaces } from "../../doors/workspace-clone.ts";
import type { RunnerDoors } from "../../runner/run-doors.ts";

const VERSION_MS = 5_000;

export interface RunnerPlace {
  env: Readonly<Record<string, string | undefined>>;
  git: Git;
  state: StateFolder;
  processes: Processes;
  /** Who commits in workspaces. */
  identity: Identity;
}

/** All that it takes to start agents and commands on this machine. */
export async function openRunnerDoors({ env, git, state, processes, identity }: RunnerPlace): Promise<RunnerDoors> {
  const program = { node: process.execPath, main: programFile(), build: programBuild() };
  const containment = await findContainment(env, { gitDir: git.gitDir, cache: state.cache });
  return {
    git,
    state,
    processes,
    workspaces: makeWorkspaces({ env, identity }),
    clock: systemClock,
    random: systemRandom,
    hash: sha256,
    env,
    program,
    drivers: systemDrivers({ processes, containment }, program),
    shell: bashShell(containment),
    openSearch,
    measureDisk,
    endSurvivors: survivorsOf(processes),
    openRunFiles: openRunFolder,
    configuredNames: (runtime) => configuredNames(env, runtime),
    loadPrices,
    async readVersion(program, env) {
      const answer = await askVersion(program, { env, cwd: "/", timeoutMs: VERSION_MS });
      return answer.kind === "version" ? answer.version : null;
    },
  };
}
