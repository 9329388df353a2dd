/** `setup:` of an order: what makes a fresh clone ready to work in, or to judge. */

import { copyIncluded } from "../repo/workspace.ts";
import { commandEnvironment } from "./environment.ts";
import { logLine } from "./log-line.ts";
import type { RunContext } from "./run-doors.ts";

const KEEP_BYTES = 64 * 1024;

/** `stopped` when the run has to end; a failure names the command. */
export type SetupEnd =
  /** `included`: paths that were copied from the person's checkout. */
  | { kind: "ready"; included: readonly string[] }
  | { kind: "stopped" }
  | { kind: "failed"; command: string; exitCode: number | null; because: string; output: string };

/** Waits for the clone and runs the commands in it. Nothing of them is left running. */
export async function setUp(run: RunContext): Promise<SetupEnd> {
  const { isolation } = run.order;
  if (isolation !== "clone") {
    // Never less than what was asked for.
    const because = "this version can only work in a clone";
    return { kind: "failed", command: `isolation: ${isolation}`, exitCode: null, because, output: "" };
  }
  const included = await fill(run).catch((error: Error) => error);
  if (included instanceof Error) {
    return { kind: "failed", command: "git clone", exitCode: null, because: included.message, output: "" };
  }
  const end = run.order.setup.length === 0 ? null : await runCommands(run);
  return end ?? { kind: "ready", included };
}

async function fill(run: RunContext): Promise<readonly string[]> {
  await run.workspace;
  return copyIncluded({ git: run.doors.git, workspaces: run.doors.workspaces, runFiles: run.files }, run.order);
}

/** In order, all within one time limit. They get no secrets: they run what earlier workers wrote. null: all went well. */
async function runCommands(run: RunContext): Promise<Exclude<SetupEnd, { kind: "ready" }> | null> {
  const { doors, order, files, stop } = run;
  const deadline = doors.clock.now() + order.limits.setupMs;
  for (const command of order.setup) {
    logLine(run, `$ ${command}`);
    const result = await doors.shell.run({
      command,
      cwd: files.workspace,
      env: commandEnvironment(order, doors.env),
      timeoutMs: Math.max(1, deadline - doors.clock.now()),
      killGraceMs: order.limits.killGraceMs,
      stop: stop.signal,
      keepBytes: KEEP_BYTES,
      onLine: (line) => logLine(run, line),
    });
    await doors.endSurvivors(order.run);
    if (stop.reason !== null) return { kind: "stopped" };
    if (files.inspectWorkspace() === "gone")
      return { kind: "failed", command, exitCode: null, because: "the workspace is gone", output: result.output };
    if (result.ended === "exited" && result.exitCode === 0) continue;
    const { exitCode, output } = result;
    return { kind: "failed", command, exitCode, because: describeEnd(result, order.limits.setupMs), output };
  }
  return null;
}

function describeEnd(
  result: { ended: string; exitCode: number | null; signal: string | null },
  setupMs: number,
): string {
  if (result.ended === "timeout") return `setup was not through after ${setupMs / 60_000} minutes`;
  if (result.ended === "spawn-failed") return "bash can't be started";
  return result.exitCode === null ? `it was ended by ${result.signal}` : `it ended with exit code ${result.exitCode}`;
}
