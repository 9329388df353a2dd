/** Asks a program for its version. It may hang, flood or fail: there is a time for it, and only its first words are kept. */

import { SWITCHED_OFF } from "../../processes/containment.ts";
import { startProgram } from "../program/start-program.ts";

export type VersionAnswer =
  | { kind: "version"; version: string }
  /** It starts and says something else: an old Node, a package that was installed by half. */
  | { kind: "error"; text: string }
  | { kind: "silent" };

const MAX_CHARACTERS = 16 * 1024;
const VERSION = /(?<![\w.])v?(\d+\.\d+(?:\.\d+)?(?:[-+][\w.]+)?)/;
/** Of a stack trace, the line that says what is wrong. */
const WRONG = /^\s*(?:\w*Error\b.*:|error[: ]|fatal[: ])/i;

export async function askVersion(
  program: string,
  { env, cwd, timeoutMs }: { env: Readonly<Record<string, string | undefined>>; cwd: string; timeoutMs: number },
): Promise<VersionAnswer> {
  const said = { stdout: "", stderr: "" };
  const set = Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  const started = startProgram(SWITCHED_OFF, {
    command: [program, "--version"],
    cwd,
    env: Object.fromEntries(set),
    onOutput(stream, chunk) {
      if (said[stream].length < MAX_CHARACTERS) said[stream] += chunk.toString("utf8");
    },
    onClose: () => {},
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    started.stop(0);
  }, timeoutMs);
  const { exitCode, spawnError } = await started.end;
  clearTimeout(timer);
  if (isLate) return { kind: "silent" };
  const version = VERSION.exec(said.stdout)?.[1];
  if (exitCode === 0 && version !== undefined) return { kind: "version", version };
  return { kind: "error", text: spawnError ?? firstWords(`${said.stderr}\n${said.stdout}`) ?? `exit code ${exitCode}` };
}

function firstWords(text: string): string | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => WRONG.test(line)) ?? lines[0];
}
