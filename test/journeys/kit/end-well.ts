/** How every journey ends: what must hold holds, nothing is left running, and a pulse with nothing to do writes nothing. */

import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { findViolations, type Place } from "./invariants.ts";
import type { Machine } from "./machine.ts";
import { pulseOnce, pulseUntilIdle, runsOf, waitUntil } from "./pulses.ts";
import type { Sight } from "./sight.ts";

export interface Ending extends Partial<Pick<Place, "folder" | "rewritten" | "gone">> {
  /** Runs that are meant to go on. */
  running?: boolean;
}

/** Fails when a machine, or the repository that is its authority, is not as it must be. Answers what it shows at the end. */
export async function endWell(
  machine: Machine,
  { running, folder = machine.folder, ...place }: Ending = {},
): Promise<Sight> {
  const sight = running ? (await pulseOnce(machine)).sight : await pulseUntilIdle(machine);
  expect(await findViolations({ folder, env: machine.env, ...place })).toEqual([]);
  if (!running) {
    expect([...runsOf(machine)].filter(([, state]) => state === "alive")).toEqual([]);
    // A runner says that it is through a moment before its process is gone.
    await waitUntil("no process is left", () => findProcesses(machine).length === 0).catch(() => null);
    expect(findProcesses(machine)).toEqual([]);
    await expectIdle(machine);
  }
  return sight;
}

/** A pulse with nothing to do leaves every file as it is: as a process, and with a full look. */
async function expectIdle(machine: Machine): Promise<void> {
  const first = listFiles(machine);
  const { result } = await pulseOnce(machine, { full: true });
  expect(result.applied.filter(({ applied }) => applied.kind !== "waits")).toEqual([]);
  const second = listFiles(machine);
  // What the last look found is written anew by a full look alone.
  expect(
    differences(first, second).filter((path) => !/cache\/(?:last-answer|build-[^/]+\/refusals)\.json/.test(path)),
  ).toEqual([]);
  const waits = result.applied.length > 0;
  if (machine.ahead > 0 || waits) return;
  expect(machine.mission("pulse")).toEqual({ code: 0, out: "", err: "" });
  expect(differences(second, listFiles(machine))).toEqual([]);
}

/** Processes that carry the mark of a run of this machine. */
export function findProcesses(machine: Machine, runs: readonly string[] = [...runsOf(machine).keys()]): string[] {
  const marks = runs.map((run) => `MISSION_RUN=${run}`);
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      const environment = readProcess(entry, "environ").split("\0");
      const command = readProcess(entry, "cmdline").replaceAll("\0", " ");
      const isRun = environment.some((variable) => marks.includes(variable));
      // A runner has no mark of its own; its order lies in the state folder.
      const isRunner =
        command.includes(" run-order ") && runs.some((run) => command.includes(machine.state.runFolder(run)));
      return isRun || isRunner ? [`${entry} ${command}`] : [];
    });
}

function readProcess(entry: string, file: string): string {
  try {
    return readFileSync(`/proc/${entry}/${file}`, "latin1");
  } catch {
    return "";
  }
}

/** Every file of the repository and of the state folder, with what would tell that it was written. */
function listFiles(machine: Machine): Map<string, string> {
  const files = new Map<string, string>();
  for (const root of [machine.gitDir, machine.state.path]) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      // The workspaces of runs are large, and nobody's any more.
      if (entry.isDirectory() || path.includes("/workspace/")) continue;
      const { mtimeNs, size } = lstatSync(path, { bigint: true });
      files.set(path, `${mtimeNs} ${size}`);
    }
  }
  return files;
}

function differences(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...now.keys()])].filter((path) => before.get(path) !== now.get(path));
}
