/** `kind: replay`: plays a recording instead of a model, as a real process in a real workspace. Format: replay.md. */

import { basename, dirname, resolve } from "node:path";
import type { Order } from "../../../model/run.ts";
import { startWorker, type WorkerDoors } from "../command.ts";
import type { RuntimeDriver } from "../driver.ts";

/** Starts this program's hidden command `replay-worker` with the recordings of the order. */
export function replayDriver(doors: WorkerDoors, program: { node: string; main: string }): RuntimeDriver {
  return {
    start(options) {
      const { order } = options;
      const recording = [recordingsFolder(order), subjectOf(order), order.runKind, String(order.attempt)];
      return startWorker(doors, [program.node, program.main, "replay-worker", ...recording], options);
    },
  };
}

/** A relative folder counts from the repository's main checkout; in a bare repository from the repository itself. */
function recordingsFolder(order: Order): string {
  const checkout = basename(order.gitDir) === ".git" ? dirname(order.gitDir) : order.gitDir;
  return resolve(checkout, order.runtime?.folder ?? "recordings");
}

function subjectOf(order: Order): string {
  const { about } = order;
  if (about.kind === "feature") return about.feature;
  if (about.kind === "features") return about.features[0]?.feature ?? order.mission;
  return about.kind === "milestone" || about.kind === "sign" ? about.milestone : order.mission;
}
