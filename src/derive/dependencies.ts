import type { FeatureDocument } from "../model/documents.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";

/** A dependency that is not done. `never`: it can't become done without a person's edit. */
export interface OpenDependency {
  text: string;
  never: boolean;
}

/** The first open dependency of a feature, on a feature of its own mission or `other/feature` on the same home. */
export function findOpenDependency(
  feature: FeatureDocument,
  mission: MissionSnapshot,
  missions: readonly MissionSnapshot[],
): OpenDependency | null {
  const open = feature.dependsOn
    .map((name) => describe(name, mission, missions))
    .filter((dependency) => dependency !== null);
  return open.find(({ never }) => never) ?? open[0] ?? null;
}

function describe(name: string, mission: MissionSnapshot, missions: readonly MissionSnapshot[]): OpenDependency | null {
  const [first = "", second] = name.split("/");
  const owner = second === undefined ? mission : missions.find(({ id }) => id === first);
  const id = second ?? first;
  if (!owner) return { text: `needs ${name}: there is no mission ${first}`, never: true };
  const found = owner.files.features.find((feature) => feature.id === id);
  if (!found) return { text: `needs ${name}, which does not exist`, never: true };
  if (owner.home?.branch !== mission.home?.branch)
    return { text: `needs ${name}, which lands on another branch`, never: true };
  if (found.status === "done") return null;
  const milestone = owner.files.milestones.find((other) => other.id === found.milestone);
  if (found.status === "cancelled" || milestone?.status === "cancelled")
    return { text: `needs ${name}, which is cancelled`, never: true };
  return { text: `waits for ${name}`, never: false };
}

/** How many features wait for one, directly or not, in the longest line: what should start first. */
export function longestChains(features: readonly FeatureDocument[]): ReadonlyMap<string, number> {
  const dependents = new Map<string, string[]>();
  for (const feature of features) {
    if (feature.status === "done" || feature.status === "cancelled") continue;
    for (const name of feature.dependsOn) dependents.set(name, [...(dependents.get(name) ?? []), feature.id]);
  }
  const lengths = new Map<string, number>();
  const visit = (id: string): number => {
    const known = lengths.get(id);
    if (known !== undefined) return known;
    // A cycle has its finding; here it only must not loop.
    lengths.set(id, 0);
    const length = 1 + Math.max(0, ...(dependents.get(id) ?? []).map(visit));
    lengths.set(id, length);
    return length;
  };
  for (const { id } of features) visit(id);
  return lengths;
}
