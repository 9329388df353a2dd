/**
 * Whether something moved on this machine since the last look: a run began, reported or ended, or a ref of ours was
 * written by another process. A few calls of `stat`, so that it can be asked twice a second; the timed looks find the rest.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../../doors/doors.ts";
import type { WatchOptions } from "../../doors/watcher.ts";

const REF_PLACES = [
  "packed-refs",
  "refs/mission",
  "refs/mission/ledger",
  "refs/mission/in",
  "refs/heads",
  "refs/heads/mission",
  "refs/heads/mission-state",
  "reftable",
];

/** A question to ask again and again: each time whether something moved since it was asked before, or since it was made. */
export function watchChanges(doors: Doors): () => boolean {
  let last = readMark(doors);
  return () => {
    const mark = readMark(doors);
    const changed = mark !== last;
    last = mark;
    return changed;
  };
}

/** Where a change shows first. */
export function watchedPlaces({ git, state }: Doors): WatchOptions {
  const places = [join(state.path, "runs"), join(git.gitDir, "refs/mission"), join(git.gitDir, "packed-refs")];
  return { paths: places, depth: 2, ignore: ["workspace"] };
}

function readMark({ git, state }: Doors): string {
  const runs = listNames(join(state.path, "runs")).flatMap((run) => {
    const folder = state.runFolder(run);
    return [run, timeOf(join(folder, "run.json")), timeOf(join(folder, "reports")), timeOf(folder)];
  });
  return [...runs, ...REF_PLACES.map((place) => timeOf(join(git.gitDir, place))), timeOf(state.path)].join(" ");
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function timeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
