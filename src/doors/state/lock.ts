/**
 * Locks between the processes of one state folder. Each contender leaves a file under a name of its own and holds the
 * lock if it then sees no file of another live one; else it takes its file back and waits a moment. Whoever comes later
 * sees the holder's file, and of two that come at once each sees the other's, so two can't hold it. A dead contender's
 * file is deleted by anyone: its name never comes again, so nobody alive is hurt by a late deletion.
 */

import { readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../clock.ts";
import type { Processes } from "../processes.ts";
import type { Random } from "../random.ts";
import { readJson, writeWhole } from "./durable.ts";
import { isOwner } from "./orders.ts";

const MIN_WAIT_MS = 5;
const MAX_WAIT_MS = 50;
/** A file that says nothing is what a power cut left, unless it was made just now by another version. */
const UNREADABLE_MS = 2 * 60_000;
/**
 * Of a process on another machine or in another container that shares this folder nothing can be said but when it last
 * touched its file. A lock only spares lost swaps: it keeps nothing safe by itself.
 */
const FOREIGN_MS = 15 * 60_000;
const TOUCH_MS = 60_000;

export interface LockTools {
  /** Folder of the lock files. */
  folder: string;
  processes: Processes;
  clock: Clock;
  random: Random;
}

/** Answers null when another live process holds the lock past the time. `release` may be called twice. */
export async function takeLock(tools: LockTools, name: string, waitMs: number): Promise<{ release(): void } | null> {
  const file = join(tools.folder, `${name}.${tools.random.nonce(12)}`);
  const giveUpAt = tools.clock.now() + waitMs;
  for (;;) {
    if (!isTaken(tools, name, file)) {
      writeWhole(file, JSON.stringify(tools.processes.self()));
      if (!isTaken(tools, name, file)) return hold(file);
      rmSync(file, { force: true });
    }
    if (tools.clock.now() >= giveUpAt) return null;
    // Two that took their files back at once must not meet again.
    await tools.clock.sleep(MIN_WAIT_MS + Math.random() * (MAX_WAIT_MS - MIN_WAIT_MS));
  }
}

/** Touched while it is held, so that those who can't see this process see that. */
function hold(file: string): { release(): void } {
  const timer = setInterval(() => touch(file), TOUCH_MS);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      rmSync(file, { force: true });
    },
  };
}

function touch(file: string): void {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // Released, or deleted by a person.
  }
}

function isTaken(tools: LockTools, name: string, own: string): boolean {
  const files = listLocks(tools.folder, name).filter((file) => file !== own);
  const alive = files.filter((file) => isHeld(tools, file));
  for (const file of files) if (!alive.includes(file)) rmSync(file, { force: true });
  return alive.length > 0;
}

function listLocks(folder: string, name: string): string[] {
  try {
    const names = readdirSync(folder).filter((entry) => entry.startsWith(`${name}.`) && !entry.endsWith(".tmp"));
    return names.map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}

function isHeld(tools: LockTools, file: string): boolean {
  const owner = readJson(file);
  const liveness = isOwner(owner) ? tools.processes.liveness(owner) : "unreadable";
  if (liveness === "alive" || liveness === "dead") return liveness === "alive";
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  const patienceMs = liveness === "foreign" ? FOREIGN_MS : UNREADABLE_MS;
  return made !== undefined && tools.clock.now() - made < patienceMs;
}
