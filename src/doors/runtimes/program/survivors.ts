/**
 * Processes of a run that left its process group. They are found by the run's id in the environment that they were
 * started with. A process that also threw its environment away is not: the answer to that is a pid namespace (`containment.ts`).
 */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Processes } from "../../processes.ts";

const ROUNDS = 20;
const ROUND_MS = 50;

/** Kills what is left of a run and answers how many processes were found. */
export type EndSurvivors = (run: string) => Promise<number>;

/** A process can fork between the look and the signal, hence several rounds. */
export function survivorsOf(processes: Processes): EndSurvivors {
  return async (run) => {
    const seen = new Set<number>();
    for (let round = 0; round < ROUNDS; round++) {
      const pids = markedProcesses(run).filter((pid) => pid !== process.pid && pid !== process.ppid);
      const alive = pids.flatMap((pid) => killMarked(processes, pid, run));
      if (alive.length === 0) break;
      for (const pid of alive) seen.add(pid);
      await pause(ROUND_MS);
    }
    return seen.size;
  };
}

/** Whether a process of the run lives. Throws where the system does not tell. */
export function hasSurvivor(run: string): boolean {
  return markedProcesses(run).some((pid) => pid !== process.pid && pid !== process.ppid);
}

function killMarked(processes: Processes, pid: number, run: string): number[] {
  const owner = processes.identify(pid);
  if (owner === null || processes.liveness(owner) !== "alive") return [];
  // Looked at again after it was identified: from here on the identity guards against a reused number.
  if (!markedProcesses(run, [String(pid)]).includes(pid)) return [];
  processes.signal(owner, "SIGKILL", "process");
  return [pid];
}

function markedProcesses(run: string, entries?: readonly string[]): number[] {
  const marker = `MISSION_RUN=${run}`;
  if (process.platform !== "linux") return markedByPs(marker);
  return (entries ?? readdirSync("/proc"))
    .filter((entry) => /^\d+$/.test(entry) && hasMarker(entry, marker))
    .map(Number);
}

function hasMarker(entry: string, marker: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${entry}/environ`, "latin1")}`.includes(`\0${marker}\0`);
  } catch {
    // Another person's process, or it is gone.
    return false;
  }
}

/** `ps -E` prints the environment behind the command, of own processes only. */
function markedByPs(marker: string): number[] {
  const list = execFileSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  return list.split("\n").flatMap((line) => (` ${line} `.includes(` ${marker} `) ? [Number.parseInt(line, 10)] : []));
}
