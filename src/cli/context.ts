import { systemClock } from "../doors/clock.ts";
import type { Doors } from "../doors/doors.ts";
import { systemFiles } from "../doors/files-system.ts";
import { openDebris } from "../doors/git/debris/debris.ts";
import { findLostHead } from "../doors/git/debris/head-file.ts";
import { findRepository, openGit } from "../doors/git-process.ts";
import { sha256 } from "../doors/hash.ts";
import { systemLeftovers } from "../doors/leftovers.ts";
import { packageFolder, programBuild, programFile } from "../doors/package.ts";
import { makeProcesses } from "../doors/processes-system.ts";
import { makeQuickLook } from "../doors/quick-look.ts";
import { systemRandom } from "../doors/random.ts";
import { survivorsOf } from "../doors/runtimes/program/survivors.ts";
import { openRunFolder } from "../doors/runtimes/run-folder/run-folder.ts";
import { openStateFolder } from "../doors/state-folder.ts";
import { makeWorkspaces } from "../doors/workspace-clone.ts";
import { programIdentity } from "../repo/program-identity.ts";
import type { Context, Screen } from "./command.ts";
import { CommandError } from "./command-error.ts";
import { isInsideRun } from "./inside-run.ts";

export interface ContextOptions {
  env: Readonly<Record<string, string | undefined>>;
  screen: Screen;
  json: boolean;
  cwd?: string;
}

/** `close` ends the git that waits for questions; without it the program would not end. */
export interface OpenedContext {
  context: Context;
  close(): void;
}

/** Outside of a repository the context is made all the same: reading its doors throws the error that says so. */
export async function openContext({ env, screen, json, cwd = process.cwd() }: ContextOptions): Promise<OpenedContext> {
  const found = findRepository(cwd, env);
  if (found.kind === "missing") {
    const next = findLostHead(cwd) === null ? "git init, or cd to a repository" : "mission doctor";
    const error = new CommandError("no-repository", found.reason, next);
    const outside = {
      get doors(): Doors {
        throw error;
      },
    };
    return { context: Object.assign(outside, { cwd, env, screen, json }), close: () => {} };
  }
  const doors = await withPlannedFaults(openDoors(found.worktree, cwd, env), env);
  return { context: { doors, cwd, env, screen, json }, close: () => doors.git.close() };
}

/** A test can plan faults; nobody else. */
async function withPlannedFaults(doors: Doors, env: ContextOptions["env"]): Promise<Doors> {
  const plan = env.MISSION_TEST_FAULTS;
  if (!plan) return doors;
  const { withFaults } = await import("../doors/faults.ts");
  const planned = await withFaults(doors, plan);
  if (!("refused" in planned)) return planned;
  doors.git.close();
  throw new CommandError("no-test", planned.refused, "unset MISSION_TEST_FAULTS");
}

function openDoors(worktree: string | null, cwd: string, env: ContextOptions["env"]): Doors {
  const git = openGit({ cwd, env });
  const processes = makeProcesses();
  const state = openStateFolder({ gitDir: git.gitDir, env, processes });
  return {
    git,
    debris: openDebris({ gitDir: git.gitDir, env, now: Date.now }),
    worktree,
    files: systemFiles,
    state,
    processes,
    get workspaces() {
      return makeWorkspaces({ env, identity: programIdentity(state.host) });
    },
    openRunFiles: openRunFolder,
    leftovers: systemLeftovers,
    endSurvivors: survivorsOf(processes),
    quickLook: makeQuickLook(git.gitDir, env),
    clock: systemClock,
    random: systemRandom,
    hash: sha256,
    env,
    get program() {
      return { node: process.execPath, main: programFile(), build: programBuild() };
    },
    get packageFolder() {
      return packageFolder();
    },
    get insideRun() {
      return isInsideRun(env, state, processes);
    },
  };
}
