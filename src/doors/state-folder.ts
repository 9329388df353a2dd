/** The state folder on disk. Everything in it is made at first use and may be deleted while nothing runs. */

import { createHash } from "node:crypto";
import { lstatSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { type Clock, systemClock } from "./clock.ts";
import type { StateFolder } from "./host.ts";
import type { Processes } from "./processes.ts";
import { type Random, systemRandom } from "./random.ts";
import { writeWhole } from "./state/durable.ts";
import { readHostName, slug } from "./state/host-name.ts";
import { takeLock } from "./state/lock.ts";
import { makeOrders } from "./state/orders.ts";

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
  return {
    path,
    get host() {
      host ??= readHostName(path);
      return host;
    },
    cache: join(path, "cache"),
    ...makeOrders(join(path, "runs"), processes),
    lock: (name, waitMs) => takeLock(lockTools, name, waitMs),
    stopped: () => isThere(stopFile),
    setStopped(stopped) {
      if (stopped) writeWhole(stopFile, "");
      else rmSync(stopFile, { force: true });
    },
  };
}

/** `$XDG_STATE_HOME/git-mission/<repository>-<8 hex of its git directory>`. */
export function statePath(gitDir: string, env: Readonly<Record<string, string | undefined>>): string {
  const { XDG_STATE_HOME, HOME } = env;
  const home =
    XDG_STATE_HOME && isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(HOME || homedir(), ".local", "state");
  const folder = basename(gitDir) === ".git" ? dirname(gitDir) : gitDir;
  const hash = createHash("sha256").update(gitDir).digest("hex").slice(0, 8);
  return join(home, "git-mission", `${slug(basename(folder).replace(/\.git$/, ""), "repository")}-${hash}`);
}

/** A stop that can't be seen is a stop. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ENOTDIR";
  }
}
