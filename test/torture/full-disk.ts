/**
 * A disk that is really full: the state folder, or the repository, on a small file system of its own, in steps of 4 KiB. A
 * person makes room after a few pulses.
 */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../helpers/repositories.ts";
import type { Stage } from "./kit/stage.ts";
import { type Course, emptyRow, tryOut } from "./kit/trial.ts";
import { runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

const STEP = 4096;
const STEPS = 60;
/** Processes that are started before somebody makes room. */
const PATIENCE = 5;
/** From this on nearly nothing is there. */
const FULL_BYTES = 3 * STEP;

export const fullDisk: Part = {
  name: "full-disk",
  async run(options) {
    const reason = whyNoMount();
    if (reason !== null)
      return { ...emptyRow("full-disk"), notes: [`not run: no file system can be mounted: ${reason}`] };
    return runScenarios("full-disk", options, tasksOf);
  },
};

function tasksOf(course: Course): readonly Task[] {
  return (["state", "repository"] as const).flatMap((what) =>
    Array.from({ length: STEPS }, (_, index) => ({
      what: `${course.scenario.name}: ${what} with ${(index + 1) * STEP} bytes left`,
      run: () => fill(course, what, (index + 1) * STEP),
    })),
  );
}

async function fill(course: Course, what: "state" | "repository", bytes: number) {
  let place = "";
  let started = 0;
  /** Processes that met a full disk. */
  let met = 0;
  return tryOut(course, [], {
    prepare(stage) {
      place = placeOf(stage, what);
      mountSmall(place, bytes);
    },
    onStart() {
      started += 1;
      if (started <= 1) return;
      const { bavail, bsize } = statfsSync(place);
      if (bavail * bsize < FULL_BYTES) met += 1;
      if (started === PATIENCE) mount("-o", "remount,size=256m", place);
    },
    clear: () => void spawnSync("umount", ["-l", place]),
    extra: () => met,
  });
}

function placeOf({ machines: [machine] }: Stage, what: "state" | "repository"): string {
  if (machine === undefined) throw new Error("no machine");
  return what === "state" ? (machine.env.XDG_STATE_HOME ?? "") : join(machine.folder, ".git");
}

/** Puts what is in a folder on a file system that has so many bytes left for more. */
function mountSmall(place: string, bytes: number): void {
  const aside = temporaryFolder("aside");
  mkdirSync(place, { recursive: true });
  cpSync(place, aside, { recursive: true });
  mount("-t", "tmpfs", "-o", "size=256m", "none", place);
  cpSync(aside, place, { recursive: true });
  rmSync(aside, { recursive: true });
  const { blocks, bfree, bsize } = statfsSync(place);
  mount("-o", `remount,size=${(blocks - bfree) * bsize + bytes}`, place);
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}

function whyNoMount(): string | null {
  const folder = temporaryFolder("mount");
  const { error, stderr, status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder], {
    encoding: "utf8",
  });
  if (status !== 0) return error?.message ?? stderr.trim();
  spawnSync("umount", ["-l", folder]);
  return null;
}
