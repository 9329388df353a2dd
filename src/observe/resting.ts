/** Planned missions that a look leaves out, and what is remembered of them from look to look. */

import type { Doors } from "../doors/doors.ts";
import type { MissionSnapshot, RestingMission } from "../model/snapshot.ts";
import { readCache, writeCache } from "../repo/cache.ts";
import type { ListedMission } from "./documents.ts";
import type { MissionsQuestion } from "./question.ts";

const NAME = "resting";

export function recallResting(doors: Doors): readonly RestingMission[] {
  return readCache<readonly RestingMission[]>(doors, NAME) ?? [];
}

export function rememberResting(doors: Doors, resting: readonly RestingMission[]): void {
  if (JSON.stringify(resting) !== JSON.stringify(recallResting(doors))) writeCache(doors, NAME, resting);
}

/**
 * For each mission that may rest all that its state follows from: its files, the settings and roles beside them, and which
 * other missions there are. One with a ledger, with runs on this host or in both folders follows from more.
 */
export async function restKeys(
  question: MissionsQuestion,
  ids: readonly string[],
  { folders, withLedger }: { folders: readonly ListedMission[]; withLedger: ReadonlySet<string> },
): Promise<ReadonlyMap<string, string>> {
  const { doors, documents, authority, defaultBranch, defaultTip, stopped, local } = question;
  const repository = await documents.readRepository(defaultTip);
  const places = folders.map(({ id, root }) => `${root}/${id}`);
  const around = doors.hash(JSON.stringify([repository, places, ids, authority.remote, defaultBranch, stopped]));
  const byId = Map.groupBy(folders, ({ id }) => id);
  const mayRest = ({ id }: ListedMission) => byId.get(id)?.length === 1 && !withLedger.has(id) && !local.has(id);
  return new Map(folders.filter(mayRest).map(({ id, root, tree }) => [id, `${root} ${tree} ${around}`]));
}

/** Missions that features of others wait for: these are looked at, whatever they do. */
export function neededBy(missions: readonly MissionSnapshot[]): ReadonlySet<string> {
  const names = missions.flatMap(({ files }) => files.features.flatMap(({ dependsOn }) => dependsOn));
  return new Set(names.filter((name) => name.includes("/")).map((name) => name.slice(0, name.indexOf("/"))));
}
