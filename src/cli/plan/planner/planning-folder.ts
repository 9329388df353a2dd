/** Where planners work and what they made lies: `planning/` of the state folder. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { StateFolder } from "../../../doors/host.ts";
import { removeFolder } from "../../../doors/remove-folder.ts";
import type { Owner } from "../../../model/run.ts";
import type { RunnerDoors } from "../../../runner/run-doors.ts";

export const OWNER_FILE = "owner.json";
/** A plan that was not saved is kept so long. */
const KEPT_MS = 30 * 24 * 60 * 60_000;

export function planningFolder({ path }: Pick<StateFolder, "path">): string {
  const folder = join(path, "planning");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/** Clears away what planners left that were killed, and plans that nobody has fetched. */
export async function clearLeftPlanning({
  state,
  processes,
  workspaces,
  clock,
}: Pick<RunnerDoors, "state" | "processes" | "workspaces" | "clock">): Promise<void> {
  const all = planningFolder(state);
  for (const entry of readdirSync(all, { withFileTypes: true })) {
    const path = join(all, entry.name);
    if (!entry.isDirectory()) {
      if (clock.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true });
    } else if (isLeft(path, processes)) {
      await workspaces.forget(join(path, "workspace"));
      await removeFolder(path);
    }
  }
}

/** Without a word about its owner it was left before it began. */
function isLeft(folder: string, processes: RunnerDoors["processes"]): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, OWNER_FILE), "utf8")) as Owner;
    return processes.liveness(owner) === "dead";
  } catch {
    return true;
  }
}
