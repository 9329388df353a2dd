/** Starts programs of a run, contained as far as this host can. */

import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Containment } from "../../processes/containment.ts";
import { findProgram } from "../../processes/find-program.ts";
import { readExit, SHELL_VARIABLES } from "../../processes/first-process.ts";
import type { WorkerExit } from "../driver.ts";
import { leadGroup, type ProcessGroup } from "./process-group.ts";

/** More than bash has to say of one program. */
const MAX_WORDS = 4_096;

export interface Program {
  /** Name and arguments. */
  command: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Whether it is spoken to. Left out: its input is closed. */
  hasInput?: boolean;
  /** Output of both streams, as it comes. */
  onOutput(stream: "stdout" | "stderr", chunk: Buffer): void;
  onClose(stream: "stdout" | "stderr"): void;
}

export type StartChild = (file: string, args: readonly string[], options: ChildOptions) => ChildProcess;

export interface ChildOptions {
  cwd: string;
  env: Record<string, string>;
  stdio: ["ignore" | "pipe", "pipe", "pipe", ..."pipe"[]];
  detached: true;
}

export interface Started extends ProcessGroup {
  pid: number | undefined;
  /** null when its input is closed. Writing to a program that is gone does nothing. */
  input: Writable | null;
}

/** Starts a program in a session of its own. What is wrong with the start is told by the end. */
export function startProgram(containment: Containment, program: Program, startChild: StartChild = spawn): Started {
  const contained = containment.kind === "namespace" ? containment : null;
  const missing = contained === null ? null : explainMissing(program);
  if (missing !== null) return { ...notStarted(missing), pid: undefined, input: null };
  const [file = "", ...args] = contained === null ? program.command : wrap(contained, program);
  const input = program.hasInput ? "pipe" : "ignore";
  const child = startChild(file, args, {
    cwd: program.cwd,
    env: { ...program.env },
    stdio: contained === null ? [input, "pipe", "pipe"] : [input, "pipe", "pipe", "pipe"],
    detached: true,
  });
  let broken: string | null = null;
  const guarded = (hear: () => void): void => {
    if (broken !== null) return;
    try {
      hear();
    } catch (error) {
      // Thrown on, it would end this process with all that it looks after.
      broken = `what it printed can't be read: ${String(error)}`;
      group.stop(0);
    }
  };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.on("data", (chunk: Buffer) => guarded(() => program.onOutput(name, chunk)));
    child[name]?.once("close", () => guarded(() => program.onClose(name)));
  }
  // It may end before it has heard everything; how it ended says enough.
  child.stdin?.on("error", () => {});
  const read = contained === null ? (exit: WorkerExit) => exit : listen(child);
  const group = leadGroup(child, (exit) => (broken === null ? read(exit) : { ...read(exit), broken }));
  return { ...group, pid: child.pid, input: child.stdin };
}

/** The environment is the program's alone: what the shell in between adds is taken away again. */
function wrap(contained: Extract<Containment, { kind: "namespace" }>, { command, env }: Program): string[] {
  const added = SHELL_VARIABLES.filter((name) => !(name in env)).flatMap((name) => ["-u", name]);
  return [...contained.prefix, contained.env, ...added, ...command];
}

/** In words as of a plain start, which would have failed. */
function explainMissing({ command: [name = ""], env, cwd }: Program): string | null {
  // `env` would take it for a variable.
  if (name.includes("=")) return `${name} can't be started: its name has a =`;
  return findProgram(name, env.PATH, cwd) === null ? `spawn ${name} ENOENT` : null;
}

function listen(child: ChildProcess): (exit: WorkerExit) => WorkerExit {
  let said = "";
  const words = child.stdio[3] as Readable | null | undefined;
  words?.on("data", (chunk: Buffer) => {
    if (said.length < MAX_WORDS) said += chunk.toString("utf8");
  });
  // A program that is ended before the namespace stands was stopped, not refused.
  return (exit) => readExit(exit, said);
}

function notStarted(reason: string): ProcessGroup {
  return { end: Promise.resolve({ exitCode: null, signal: null, spawnError: reason }), stop: () => {} };
}
