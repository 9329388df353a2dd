/**
 * Checks and setup without a shell. A command is one of a few words that look at the files of the workspace, so that a check
 * passes or fails by the tree alone: two features can each be green and red together.
 */

import type { Shell, ShellCommand, ShellResult } from "../../../src/doors/runtimes/program/shell.ts";
import type { Process, Schedule } from "../time/schedule.ts";

export interface ShellDoors {
  schedule: Schedule;
  process: Process;
  /** Whether the workspace has a file. */
  has(workspace: string, path: string): boolean;
}

const SHORTEST_MS = 200;
const LONGEST_MS = 90_000;

export function openMemoryShell({ schedule, process, has }: ShellDoors): Shell {
  return {
    run(command) {
      const { chance } = schedule;
      const hangs = command.command === "hangs" || (command.command === "hangs at times" && chance.happens(0.2));
      const takes = hangs ? Number.POSITIVE_INFINITY : chance.between(SHORTEST_MS, LONGEST_MS);
      return new Promise((resolve) => {
        let isOver = false;
        process.waits += 1;
        const end = (result: () => ShellResult): void => {
          if (isOver) return;
          isOver = true;
          process.waits -= 1;
          schedule.resume(process, `shell ${command.command}`, () => resolve(result()));
        };
        const none = { exitCode: null, signal: "SIGTERM", output: "" };
        schedule.at(schedule.now + Math.min(takes, command.timeoutMs), process, () =>
          end(() => (takes <= command.timeoutMs ? finish(command, has) : { ...none, ended: "timeout" })),
        );
        const stopped = (): void => end(() => ({ ...none, ended: "stopped" }));
        if (command.stop.aborted) stopped();
        else command.stop.addEventListener("abort", stopped, { once: true });
      });
    },
  };
}

/** `has PATH`: it is there. `not both A B`: at most one of the two is. `ok`. */
function finish({ command, cwd, onLine }: ShellCommand, has: ShellDoors["has"]): ShellResult {
  const [word = "", ...rest] = command.split(" ");
  const fault = findFault(word, rest, (path) => has(cwd, path));
  if (fault !== null) onLine(fault);
  return {
    exitCode: fault === null ? 0 : 1,
    signal: null,
    ended: "exited",
    output: fault === null ? "" : `${fault}\n`,
  };
}

function findFault(word: string, paths: readonly string[], has: (path: string) => boolean): string | null {
  switch (word) {
    case "has": {
      const missing = paths.find((path) => !has(path));
      return missing === undefined ? null : `${missing} is missing`;
    }
    case "not": {
      const both = paths.slice(1).filter(has);
      return both.length < 2 ? null : `${both.join(" and ")} do not go together`;
    }
    default:
      return null;
  }
}
