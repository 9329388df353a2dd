/** kill -9 of everything at once, as when the power goes: by the plan in their environment, and whatever they started. */

import { readdirSync, readFileSync } from "node:fs";

const ROUNDS = 3;

/** Kills the processes that follow a plan, their git and their workers. Answers how many there were. */
export function killAll(planFile: string): number {
  const mark = `MISSION_TEST_FAULTS=${planFile}`;
  const killed = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const pid of withDescendants(mark)) {
      killed.add(pid);
      kill(pid);
    }
  }
  return killed.size;
}

function withDescendants(mark: string): readonly number[] {
  const pids = readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  const found = new Set(pids.filter((pid) => read(pid, "environ").split("\0").includes(mark)));
  // A set visits what is added during the walk.
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.add(child);
  found.delete(process.pid);
  return [...found];
}

function parentOf(pid: number): number {
  const stat = read(pid, "stat");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "latin1");
  } catch {
    return "";
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone already.
  }
}
