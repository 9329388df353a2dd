/**
 * Missions that rest: planned ones whose ledger has not begun. Nothing of them is due, neither the clock nor a commit of
 * another mission changes what they are, and where no feature of theirs waits for another mission their state follows from
 * their own files, the settings and the names of the missions beside them. `restKey` stands for these.
 */

import type { FeatureDocument } from "../model/documents.ts";
import type { MissionSnapshot, RestingMission, Snapshot } from "../model/snapshot.ts";
import type { MissionState } from "../model/state.ts";

/** Those that rest from now on, with those that were left out because they still do, by name. */
export function deriveResting(
  { missions, resting }: Snapshot,
  derived: readonly MissionState[],
): readonly RestingMission[] {
  const states = new Map(derived.map((state) => [state.id, state]));
  const found = missions.flatMap((mission) => restOf(mission, states.get(mission.id)) ?? []);
  return [...resting, ...found].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function restOf({ id, root, restKey, files }: MissionSnapshot, state: MissionState | undefined): RestingMission | null {
  if (!restKey || state?.status !== "planning" || files.features.some(needsOther)) return null;
  const secrets = (files.mission?.resources ?? []).flatMap(({ secret }) => secret ?? []);
  return { id, root, key: restKey, findings: state.findings, secrets };
}

function needsOther({ dependsOn }: FeatureDocument): boolean {
  return dependsOn.some((name) => name.includes("/"));
}
