/** `kind: command`: any program, started in the workspace; every line of its output may be a signal. */

import { spawn } from "node:child_process";
import type { Processes } from "../processes.ts";
import type { RunningWorker, RuntimeDriver, WorkerStart } from "./driver.ts";
import { splitLines } from "./lines.ts";
import { leadGroup } from "./process-group.ts";

const MAX_LINE_BYTES = 64 * 1024;

/** Starts `run` of the order's runtime. Prompt and handoff travel by the environment, stdin is closed. */
export function commandDriver(processes: Processes): RuntimeDriver {
  return { start: (options) => startProgram(processes, options.order.runtime?.run ?? [], options) };
}

/** Starts a program as a worker; its output becomes text events line by line. */
export function startProgram(processes: Processes, command: readonly string[], options: WorkerStart): RunningWorker {
  const [program = "", ...args] = command;
  if (program === "") return notStarted("the runtime names no program");
  let outputBytes = 0;
  // Not execa: it stands between the decision and the worker's first byte, and costs as much as an empty node.
  const child = spawn(program, args, {
    cwd: options.workspace,
    env: { ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) {
    const lines = splitLines(MAX_LINE_BYTES, (text, dropped) =>
      options.onEvent({ kind: "text", text, dropped, mayBeSignal: true }),
    );
    stream.on("data", (chunk: Buffer) => {
      outputBytes += chunk.length;
      lines.push(chunk);
    });
    stream.once("close", () => lines.end());
  }
  const owner = child.pid === undefined ? null : processes.identify(child.pid);
  return { owner, outputBytes: () => outputBytes, ...leadGroup(child) };
}

function notStarted(reason: string): RunningWorker {
  return {
    owner: null,
    outputBytes: () => 0,
    end: Promise.resolve({ exitCode: null, signal: null, spawnError: reason }),
    stop: () => {},
  };
}
