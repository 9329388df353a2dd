import { plainText } from "../format/plain-text.ts";
import type { RunContext } from "./run-doors.ts";

/** Adds a line of a command's output to the run's log, safe to show. */
export function logLine({ files, redactor }: Pick<RunContext, "files" | "redactor">, line: string): void {
  files.appendLog(`${redactor.redactNext(plainText(line))}\n`);
}
