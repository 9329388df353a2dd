/** Where a mission file belongs: which branch an edit of it has to reach to take effect. */

import type { MissionRoot } from "../model/documents.ts";
import { isReservedId, thingName } from "../model/ids.ts";

export const MISSION_ROOTS: readonly MissionRoot[] = ["missions", "todo/missions"];

/** The mission that a path belongs to; null for what stands beside the missions, such as config.md and roles. */
export function missionOfPath(path: string): string | null {
  const [, id, rest] = /^(?:todo\/)?missions\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  return id === undefined || rest === undefined || isReservedId(id) ? null : id;
}

export function isMissionPath(path: string): boolean {
  return MISSION_ROOTS.some((root) => path.startsWith(`${root}/`));
}

/** Whether a path is a file or folder itself or lies in it; everything lies in the empty path. */
export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** What a person calls the file: `crm`, `crm/schema`, `crm/foundation`, `crm/contract`, else the path itself. */
export function thingOfPath(path: string): string {
  const mission = missionOfPath(path);
  if (mission === null) return path;
  const [, inside = ""] = path.split(`missions/${mission}/`);
  if (inside === "mission.md") return mission;
  if (inside === "contract.md") return thingName(mission, "contract");
  const [, folder = "", name = ""] = /^milestones\/([^/]+)\/([^/]+)\.md$/.exec(inside) ?? [];
  if (name === "") return path;
  return thingName(mission, name === "milestone" ? folder.replace(/^\d+[a-z]?-/, "") : name);
}

/** Names of the things that some paths stand for, each once; the first few and the count of the others. */
export function nameThings(paths: readonly string[], most = 4): string {
  const names = [...new Set(paths.map(thingOfPath))];
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(", ")} and ${rest} more` : names.join(", ");
}

export interface Branches {
  /** Full name of what is checked out; null when detached. */
  head: string | null;
  defaultBranch: string;
  /** Home branch of a mission that has a ledger. */
  homes: ReadonlyMap<string, string>;
  /** Take no pushes: edits go to the homes instead. */
  closed: ReadonlySet<string>;
}

/**
 * The branch that an edit is saved on. What is checked out wins where it is the default branch, whose missions' files reach
 * every home by following, or the mission's own home; else the mission's home, or without a ledger the default branch.
 */
export function chooseBranch(path: string, { head, defaultBranch, homes, closed }: Branches): string {
  const mission = missionOfPath(path);
  const home = mission === null ? undefined : homes.get(mission);
  const here = head?.replace(/^refs\/heads\//, "") ?? null;
  const isHome = here !== null && (mission === null ? [...homes.values()].includes(here) : here === home);
  if (here !== null && !closed.has(here) && (here === defaultBranch || isHome)) return here;
  return home ?? defaultBranch;
}
