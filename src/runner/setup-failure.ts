import { endWithoutWorker, type RunEnding } from "./report.ts";
import type { RunContext } from "./run-doors.ts";
import type { SetupEnd } from "./setup.ts";

const TAIL_LINES = 20;

/** The end of a run whose workspace could not be made ready. */
export function setupFailure(run: RunContext, setup: Extract<SetupEnd, { kind: "failed" }>): RunEnding {
  const { command, exitCode, because, output } = setup;
  const body = `Setup failed: \`${command}\`: ${because}\n\n${printTail(output)}`;
  return { ...endWithoutWorker(run, "setup-failed", body), failure: { kind: "setup", command, exitCode, output } };
}

/** The end of what a program printed, indented so that nothing in it can be taken for more. */
export function printTail(output: string): string {
  return output.trim().split("\n").slice(-TAIL_LINES).join("\n").replace(/^/gm, "    ");
}
