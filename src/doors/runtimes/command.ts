/** `kind: command`: any program, started in the workspace; every line of its output may be a signal. */

import type { Containment } from "../processes/containment.ts";
import type { Processes } from "../processes.ts";
import type { RunningWorker, RuntimeDriver, WorkerStart } from "./driver.ts";
import { splitLines } from "./program/lines.ts";
import { startProgram } from "./program/start-program.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** What drivers start programs with. */
export interface WorkerDoors {
  processes: Processes;
  containment: Containment;
}

/** Starts `run` of the order's runtime. Prompt and handoff travel by the environment, stdin is closed. */
export function commandDriver(doors: WorkerDoors): RuntimeDriver {
  return { start: (options) => startWorker(doors, options.order.runtime?.run ?? [], options) };
}

/** Starts a program as a worker; its output becomes text events line by line. */
export function startWorker(
  { processes, containment }: WorkerDoors,
  command: readonly string[],
  options: WorkerStart,
): RunningWorker {
  if (!command[0]) return notStarted("the runtime names no program");
  let outputBytes = 0;
  const hear = (text: string, dropped: number) => options.onEvent({ kind: "text", text, dropped, mayBeSignal: true });
  const lines = { stdout: splitLines(MAX_LINE_BYTES, hear), stderr: splitLines(MAX_LINE_BYTES, hear) };
  // Not by execa: it stands between the decision and the worker's first byte, and costs as much as an empty node.
  const { pid, end, stop } = startProgram(containment, {
    command,
    cwd: options.workspace,
    env: options.env,
    onOutput(stream, chunk) {
      outputBytes += chunk.length;
      lines[stream].push(chunk);
    },
    onClose: (stream) => lines[stream].end(),
  });
  const owner = pid === undefined ? null : processes.identify(pid);
  return { owner, outputBytes: () => outputBytes, end, stop };
}

export function notStarted(reason: string): RunningWorker {
  return {
    owner: null,
    outputBytes: () => 0,
    end: Promise.resolve({ exitCode: null, signal: null, spawnError: reason }),
    stop: () => {},
  };
}
