/**
 * Whether a command was started from inside a run, where it may not speak for a person. A run's environment says so; a
 * command that hides it is still below the process that carries the run out.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { StateFolder } from "../doors/host.ts";
import type { Processes } from "../doors/processes.ts";

export function isInsideRun(
  env: Readonly<Record<string, string | undefined>>,
  state: StateFolder,
  processes: Processes,
): boolean {
  if (env.MISSION_RUN || isInRunsNamespace()) return true;
  const runs = state.listRuns().filter(({ owner, closed }) => owner === "alive" && !closed);
  if (runs.length === 0) return false;
  const ancestors = new Set(listAncestors(process.ppid));
  return runs.some(({ order: { owner } }) => ancestors.has(owner.pid) && processes.liveness(owner) === "alive");
}

/** In a run's own pid namespace, whose first process is ours, no ancestor outside can be seen. */
function isInRunsNamespace(): boolean {
  try {
    return /(?:^|\0)MISSION_RUN=/.test(readFileSync("/proc/1/environ", "latin1"));
  } catch {
    // Not ours to read, or not Linux.
    return false;
  }
}

/** From a process upwards, to the first of the system. */
function listAncestors(first: number): number[] {
  const parents = process.platform === "linux" ? null : readParents();
  const ancestors: number[] = [];
  for (let pid = first; pid > 1 && !ancestors.includes(pid); pid = parents ? (parents.get(pid) ?? 0) : readParent(pid))
    ancestors.push(pid);
  return ancestors;
}

function readParent(pid: number): number {
  try {
    return Number(/^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function readParents(): Map<number, number> {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  return new Map(
    (stdout ?? "")
      .split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid = 0, parent = 0]) => [pid, parent]),
  );
}
