/** What is not as it must be where nothing is left to do: processes that go on, and a pulse that writes. */

import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { pulseOnce, runsOf, waitUntil } from "./pulses.ts";

/** Answers in words what still moves on a machine at rest; nothing when all is still. */
export async function findUnrest(machine: Machine): Promise<string[]> {
  const alive = [...runsOf(machine)].filter(([, state]) => state === "alive");
  // A runner says that it is through a moment before its process is gone.
  await waitUntil("no process is left", () => findProcesses(machine).length === 0).catch(() => null);
  return [
    ...alive.map(([run]) => `run ${run} is still alive`),
    ...findProcesses(machine).map((process) => `process ${process} is left`),
    ...(await findWrites(machine)),
  ];
}

/** A pulse with nothing to do leaves every file as it is: as a process, and with a full look. */
async function findWrites(machine: Machine): Promise<string[]> {
  const pulseFully = machine.isBundle ? pulseAsProcess : pulseHere;
  const first = listFiles(machine);
  const outcomes = await pulseFully(machine);
  const second = listFiles(machine);
  // What the last look found is written anew by a full look alone.
  const written = differences(first, second).filter(
    (path) => !/cache\/(?:last-answer|build-[^/]+\/refusals)\.json/.test(path),
  );
  const found = [
    ...outcomes.filter((outcome) => !outcome.startsWith("waits")).map((outcome) => `an idle pulse did: ${outcome}`),
    ...written.map((path) => `an idle pulse wrote ${path}`),
  ];
  if (machine.ahead > 0 || outcomes.length > 0) return found;
  const { code, out, err } = machine.mission("pulse");
  if (code !== 0 || out !== "" || err !== "") found.push(`an idle pulse ended with ${code} and said ${out}${err}`);
  return [
    ...found,
    ...differences(second, listFiles(machine)).map((path) => `an idle pulse as a process wrote ${path}`),
  ];
}

async function pulseHere(machine: Machine): Promise<string[]> {
  const { result } = await pulseOnce(machine, { full: true });
  return result.applied.map(({ decision, applied }) => `${applied.kind} ${decision.kind} ${JSON.stringify(applied)}`);
}

async function pulseAsProcess(machine: Machine): Promise<string[]> {
  const { out, err, code } = machine.mission("pulse", "--json");
  if (code !== 0) return [`ended with ${code}: ${err}`];
  const { applied } = JSON.parse(out) as { applied: readonly { outcome: string; kind: string; detail: string }[] };
  return applied.map(({ outcome, kind, detail }) => `${outcome} ${kind} ${detail}`);
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
