/** The state folder on disk. Everything in it is made at first use and may be deleted while nothing runs. */

import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "./clock.ts";
import type { StateFolder } from "./host.ts";
import type { Processes } from "./processes.ts";
import { type Random, systemRandom } from "./random.ts";
import { writeWhole } from "./state/durable.ts";
import { readHostName } from "./state/host-name.ts";
import { takeLock } from "./state/lock.ts";
import { makeOrders } from "./state/orders.ts";
import { statePath } from "./state/state-path.ts";

export interface StateOptions {
  /** Common git directory. */
  gitDir: string;
  env: Readonly<Record<string, string | undefined>>;
  processes: Processes;
  clock?: Clock;
  random?: Random;
}

/** Opens the folder that belongs to a repository on this machine. */
export function openStateFolder(options: StateOptions): StateFolder {
  const { processes, clock = systemClock, random = systemRandom } = options;
  const path = statePath(options.gitDir, options.env);
  const stopFile = join(path, "stop");
  const lockTools = { folder: join(path, "locks"), processes, clock, random };
  let host: string | null = null;
  const readHost = (): string => {
    host ??= readHostName(path, processes.self().machine);
    return host;
  };
  return {
    path,
    get host() {
      return readHost();
    },
    cache: join(path, "cache"),
    ...makeOrders(join(path, "runs"), processes, readHost),
    lock: (name, waitMs) => takeLock(lockTools, name, waitMs),
    stopped: () => isThere(stopFile),
    setStopped(stopped) {
      if (stopped) writeWhole(stopFile, "");
      else rmSync(stopFile, { force: true });
    },
  };
}

/** A stop that can't be seen is a stop. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}
