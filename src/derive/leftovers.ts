/**
 * What finished runs left on this host and that is due to go. Workspaces are large and go soon; the folder with output,
 * events and prompt stays for a person who looks back, while its feature is open or for some days, in bounded space.
 */

import { LIMITS } from "../model/limits.ts";
import type { LocalRun } from "../model/run.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Leftover, MissionState } from "../model/state.ts";

const KEPT_FOR = { workspace: LIMITS.workspaceKeptMs, folder: LIMITS.runFolderKeptMs } as const;

export interface Leftovers {
  due: readonly Leftover[];
  /** When the next one becomes due; null: none is coming. */
  until: number | null;
}

export function deriveLeftovers(
  { now, localRuns, missions: seen }: Pick<Snapshot, "now" | "localRuns" | "missions">,
  missions: readonly MissionState[],
): Leftovers {
  const over = localRuns.filter((run) => isOver(run)).sort((a, b) => closedAt(a) - closedAt(b));
  const crowded = findCrowded(over);
  const due: Leftover[] = [];
  let until: number | null = null;
  for (const run of over) {
    const what = run.remains?.workspace ? "workspace" : "folder";
    const isVain = isUnclaimed(run, seen);
    const wanted = what === "folder" && !isVain && !crowded.has(run.run) && isWanted(run, missions);
    if (wanted) continue;
    const keptFor = what === "folder" && crowded.has(run.run) ? 0 : KEPT_FOR[isVain ? "workspace" : what];
    const at = Math.max(closedAt(run) + keptFor, run.remains?.keptUntil ?? 0);
    if (at > now) until = Math.min(until ?? at, at);
    else due.push({ run: run.run, what, because: becauseOf(what, now - closedAt(run), crowded.has(run.run)) });
  }
  return { due, until };
}

function isOver({ closed, owner, waiting, remains }: LocalRun): boolean {
  return closed && owner === "dead" && waiting === 0 && remains !== undefined;
}

function closedAt({ remains }: LocalRun): number {
  return remains?.closedAt ?? 0;
}

/** The oldest ones beyond what all together may take. */
function findCrowded(over: readonly LocalRun[]): ReadonlySet<string> {
  let bytes = over.reduce((sum, { remains }) => sum + (remains?.bytes ?? 0), 0);
  const crowded = new Set<string>();
  for (const { run, remains } of over) {
    if (bytes <= LIMITS.runFoldersBytes) break;
    crowded.add(run);
    bytes -= remains?.bytes ?? 0;
  }
  return crowded;
}

/** Its claim was never won: it has begun nothing, and there may be one for each pulse while a server refuses claims. */
function isUnclaimed({ run, order }: LocalRun, missions: readonly MissionSnapshot[]): boolean {
  const mission = missions.find(({ id }) => id === order.mission);
  return mission?.ledgerState === "ok" && !mission.ledger.runs.has(run);
}

/** Of a feature that is still open, so that a person may ask what went wrong. */
function isWanted({ order }: LocalRun, missions: readonly MissionState[]): boolean {
  const mission = missions.find(({ id }) => id === order.mission);
  if (!mission || order.about.kind !== "feature" || ["completed", "cancelled", "gone"].includes(mission.status))
    return false;
  const { feature } = order.about;
  const found = mission.milestones.flatMap(({ features }) => features).find(({ id }) => id === feature);
  return found !== undefined && found.status !== "done" && found.status !== "cancelled";
}

function becauseOf(what: Leftover["what"], age: number, isCrowded: boolean): string {
  if (isCrowded && what === "folder") return "the folders of finished runs take too much space";
  const hours = Math.floor(age / 3_600_000);
  return `it was over ${hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} days`} ago`;
}
