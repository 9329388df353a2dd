/**
 * The first process of a pid namespace. The program itself can't be it: the kernel keeps signals from a first process that
 * has no handler for them, and nobody would wait for orphans. Bash does that while it waits for the program.
 *
 * It speaks on descriptor 3, which the program does not get: a word when it has begun, then, from bash itself, what killed
 * the program, since a shell's exit code alone can't tell `exit 137` from a SIGKILL.
 */

import { constants } from "node:os";
import type { WorkerExit } from "../runtimes/driver.ts";

export const HAS_BEGUN = "begun\n";

/** Bash says nothing of these two. */
const UNTOLD: readonly string[] = ["SIGINT", "SIGPIPE"];

/** Once told to end, whoever is left in the program's group may put things in order; the rest dies with us. */
const SCRIPT = `echo begun >&3
exec 4>&2 2>&3
trap told=1 TERM
"$@" 2>&4 3>&- 4>&-
code=$?
exec 2>/dev/null
left() {
  for stat in /proc/[0-9]*/stat; do
    [ $stat = /proc/1/stat ] && continue
    read -r line < $stat || continue
    set -- \${line##*) }
    [ $1 != Z ] && [ $3 = 0 ] && return 0
  done
  return 1
}
while [ "$told" ] && left; do sleep 0.02 || break; done
exit $code`;

/**
 * What stands before the program and its arguments, which an `env` begins: no word of the shell's own must be meant.
 * A bash whose input is a socket, as that of a program that is spoken to, takes itself for the far end of a network and would
 * read the person's `.bashrc`.
 */
export const firstProcess: readonly string[] = ["bash", "--norc", "-c", SCRIPT, "mission"];

/** Bash exports these by itself; a program gets those that it was given. */
export const SHELL_VARIABLES: readonly string[] = ["_", "OLDPWD", "PWD", "SHLVL"];

/** How the program ended, from how its first process did and what that said. */
export function readExit(exit: WorkerExit, said: string): WorkerExit {
  if (exit.exitCode === null) return exit;
  if (!said.startsWith(HAS_BEGUN)) {
    return { exitCode: null, signal: null, spawnError: "its own pid namespace could not be made; its log says why" };
  }
  const signal = signalOf(exit.exitCode - 128);
  if (signal === null || (said === HAS_BEGUN && !UNTOLD.includes(signal))) return exit;
  return { exitCode: null, signal, spawnError: null };
}

function signalOf(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
