/**
 * Children in a session and process group of their own. The group is signalled only while its number is provably ours:
 * until the child's exit is handled its process id is not free, and the KILL for what is left of the group follows in
 * the very handler of that exit. What left the group by `setsid` is the survivors' business.
 */

import type { ChildProcess } from "node:child_process";
import type { WorkerExit } from "./driver.ts";

/** How long output that was written before the exit is still read, when a survivor holds the pipe open. */
const DRAIN_MS = 500;

export interface ProcessGroup {
  end: Promise<WorkerExit>;
  stop(graceMs: number): void;
}

/** Looks after a child that was started detached. */
export function leadGroup(child: ChildProcess): ProcessGroup {
  let exited = false;
  let stopping: NodeJS.Timeout | null = null;

  function signalGroup(signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  const end = new Promise<WorkerExit>((resolve) => {
    let spawnError: string | null = null;
    let exit: WorkerExit | null = null;
    const finish = () => resolve(exit ?? { exitCode: null, signal: null, spawnError: spawnError ?? "did not start" });
    child.once("error", (error) => {
      spawnError ??= error.message;
    });
    // The error comes with the next tick, if at all.
    if (child.pid === undefined) setImmediate(finish);
    child.once("exit", (exitCode, signal) => {
      signalGroup("SIGKILL");
      exited = true;
      if (stopping) clearTimeout(stopping);
      exit = { exitCode, signal, spawnError: null };
      setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        setImmediate(finish);
      }, DRAIN_MS).unref();
    });
    child.once("close", finish);
  });

  return {
    end,
    stop(graceMs) {
      if (stopping || exited) return;
      signalGroup("SIGTERM");
      stopping = setTimeout(() => signalGroup("SIGKILL"), graceMs);
    },
  };
}
