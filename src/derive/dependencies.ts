import type { FeatureDocument } from "../model/documents.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { PlanIndex } from "./plan-index.ts";

/** A dependency that is not done. `never`: it can't become done without a person's edit. */
export interface OpenDependency {
  text: string;
  never: boolean;
}

/** Missions with their plans, by id. */
export type Plans = ReadonlyMap<string, { mission: MissionSnapshot; plan: PlanIndex }>;

/** The first open dependency of a feature, on a feature of its own mission or `other/feature` on the same home. */
export function findOpenDependency(
  feature: FeatureDocument,
  mission: MissionSnapshot,
  plans: Plans,
): OpenDependency | null {
  const open = feature.dependsOn.flatMap((name) => describe(name, mission, plans) ?? []);
  return open.find(({ never }) => never) ?? open[0] ?? null;
}

function describe(name: string, mission: MissionSnapshot, plans: Plans): OpenDependency | null {
  const [first = "", second] = name.split("/");
  const owner = plans.get(second === undefined ? mission.id : first);
  if (!owner) return { text: `needs ${name}: there is no mission ${first}`, never: true };
  const found = owner.plan.features.get(second ?? first);
  if (!found) return { text: `needs ${name}, which does not exist`, never: true };
  if (owner.mission.home?.branch !== mission.home?.branch) {
    return { text: `needs ${name}, which lands on another branch`, never: true };
  }
  if (found.status === "done") return null;
  const { document, milestone } = {
    document: owner.mission.files.mission,
    milestone: owner.plan.milestones.get(found.milestone),
  };
  const isOver = [found.status, milestone?.status, document?.status].includes("cancelled");
  return isOver
    ? { text: `needs ${name}, which is cancelled`, never: true }
    : { text: `waits for ${name}`, never: false };
}

/**
 * For each feature the length of the longest line of open features that begins with it: what should start first. Counted from
 * the ends, those that nobody waits for; the members of a cycle, which have their finding, count as ends.
 */
export function longestChains(mission: string, features: readonly FeatureDocument[]): ReadonlyMap<string, number> {
  const open = features.filter(({ status }) => status !== "done" && status !== "cancelled");
  const needed = new Map(open.map(({ id, dependsOn }) => [id, dependsOn.map((name) => ownName(mission, name))]));
  const dependents = new Map<string, number>();
  for (const names of needed.values()) for (const name of names) dependents.set(name, (dependents.get(name) ?? 0) + 1);
  const lengths = new Map(features.map(({ id }) => [id, 1]));
  const ends = open.map(({ id }) => id).filter((id) => !dependents.has(id));
  for (let id = ends.pop(); id !== undefined; id = ends.pop()) {
    const length = (lengths.get(id) ?? 1) + 1;
    for (const name of needed.get(id) ?? []) {
      lengths.set(name, Math.max(lengths.get(name) ?? 1, length));
      const left = (dependents.get(name) ?? 0) - 1;
      dependents.set(name, left);
      if (left === 0) ends.push(name);
    }
  }
  return lengths;
}

function ownName(mission: string, name: string): string {
  return name.startsWith(`${mission}/`) ? name.slice(mission.length + 1) : name;
}
