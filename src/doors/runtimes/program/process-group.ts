/**
 * Children in a session and process group of their own. A group is signalled by its number, which is provably ours while
 * the child's exit is not yet handled, and as long as anybody is left in the group: no new process gets a number that a
 * group still has. What left the group by `setsid` is the survivors' business.
 */

import type { ChildProcess } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import type { WorkerExit } from "../driver.ts";

/** How long output that was written before the exit is still read, when a survivor holds the pipe open. */
const DRAIN_MS = 500;
const LOOK_MS = 25;

export interface ProcessGroup {
  /** When the child is gone, nobody is left in its group and its output is read. Never rejects. */
  end: Promise<WorkerExit>;
  /** TERM to the group, KILL after the grace to what is left of it. Twice is once. */
  stop(graceMs: number): void;
}

/** Looks after a child that was started detached. `readExit` tells how the program ended, from how the child did. */
export function leadGroup(child: ChildProcess, readExit: (exit: WorkerExit) => WorkerExit): ProcessGroup {
  let exited = false;
  let graceEndsAt: number | null = null;
  let killTimer: NodeJS.Timeout | undefined;

  async function follow(): Promise<WorkerExit> {
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const exit = await whenGone(child);
    exited = true;
    clearTimeout(killTimer);
    if (exit.spawnError !== null) return exit;
    while (graceEndsAt !== null && Date.now() < graceEndsAt && signalGroup(child, 0)) await pause(LOOK_MS);
    signalGroup(child, "SIGKILL");
    await Promise.race([closed, pause(DRAIN_MS, undefined, { ref: false })]);
    for (const stream of child.stdio) stream?.destroy();
    // The streams tell of their end with the next turn.
    await pause(0);
    return readExit(exit);
  }

  return {
    end: follow(),
    stop(graceMs) {
      if (graceEndsAt !== null || exited) return;
      graceEndsAt = Date.now() + graceMs;
      signalGroup(child, "SIGTERM");
      killTimer = setTimeout(() => signalGroup(child, "SIGKILL"), graceMs);
    },
  };
}

function whenGone(child: ChildProcess): Promise<WorkerExit> {
  return new Promise((resolve) => {
    let spawnError = "it did not start";
    child.once("error", (error) => {
      spawnError = error.message;
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal, spawnError: null }));
    // The error comes with the next turn, if at all.
    if (child.pid === undefined) setImmediate(() => resolve({ exitCode: null, signal: null, spawnError }));
  });
}

/** Answers false when nobody is left in the group. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
