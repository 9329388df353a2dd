/** The door to what a run left in its folder, for who must prove that it may go. Git never runs in there. */

import { lstatSync, readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { listNames } from "./git/debris/git-files.ts";
import { hasSurvivor } from "./runtimes/program/survivors.ts";
import { type Heads, readHeads } from "./workspace/read-heads.ts";

export interface Leftovers {
  /** Processes of the run, or any that stand in its folder. `unknown` where the system does not tell. */
  findOccupants(run: string, folder: string): "none" | "some" | "unknown";
  /**
   * Commits that the branches, all entries of the stash and HEAD of a workspace's own git directory name, and HEAD and own
   * refs of each worktree linked to it. `damaged`: there is one and it can't be read. `none`: there is none.
   */
  readHeads(workspace: string): Heads;
  /** Bytes of a folder; links are not followed. */
  measure(folder: string): number;
}

export const systemLeftovers: Leftovers = { findOccupants, readHeads, measure };

function findOccupants(run: string, folder: string): "none" | "some" | "unknown" {
  try {
    if (hasSurvivor(run)) return "some";
  } catch {
    return "unknown";
  }
  if (process.platform !== "linux") return "none";
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.some((pid) => standsIn(pid, folder)) ? "some" : "none";
}

/** Where another person's process stands is not told, and it could not write there either. */
function standsIn(pid: string, folder: string): boolean {
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`);
    return cwd === folder || cwd.startsWith(`${folder}/`);
  } catch {
    return false;
  }
}

function measure(path: string): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.size ?? 0;
  return listNames(path).reduce((sum, name) => sum + measure(join(path, name)), 0);
}
