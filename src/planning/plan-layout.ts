/** Which file each part of a plan becomes. Ids are given or made from titles, milestones and features share one namespace. */

import type { MissionRoot } from "../model/documents.ts";
import type { Plan, PlanFeature, PlanMilestone } from "./plan.ts";
import { freeId, slugOf } from "./slug.ts";

export interface PlacedFeature {
  id: string;
  path: string;
  feature: PlanFeature;
}

export interface PlacedMilestone {
  id: string;
  path: string;
  milestone: PlanMilestone;
  features: readonly PlacedFeature[];
}

export interface PlanPlace {
  root: MissionRoot;
  /** Id of the mission. */
  id: string;
}

export function placePlan({ milestones }: Plan, { root, id }: PlanPlace): readonly PlacedMilestone[] {
  const given = milestones.flatMap((milestone) => [milestone, ...milestone.features]).flatMap((part) => part.id ?? []);
  const taken = new Set(given);
  const nameOf = (part: PlanMilestone | PlanFeature, fallback: string): string => {
    if (part.id !== undefined) return part.id;
    const name = freeId(slugOf(part.title), taken, fallback);
    taken.add(name);
    return name;
  };
  const width = String(milestones.length).length;
  return milestones.map((milestone, index) => {
    const name = nameOf(milestone, "milestone");
    const number = String(index + 1).padStart(Math.max(2, width), "0");
    const folder = `${root}/${id}/milestones/${number}-${name}`;
    const features = milestone.features.map((feature) => {
      const part = nameOf(feature, "feature");
      return { id: part, path: `${folder}/${part}.md`, feature };
    });
    return { id: name, path: `${folder}/milestone.md`, milestone, features };
  });
}
