/** What `mission status --json` says, with ways to a part of it by name. */

import type { statusJson } from "../../../src/view/status-json.ts";

export type StatusJson = ReturnType<typeof statusJson>;
type MissionJson = StatusJson["missions"][number];
type MilestoneJson = MissionJson["milestones"][number];
type FeatureJson = MilestoneJson["features"][number];

export class Sight {
  readonly json: StatusJson;

  constructor(json: StatusJson) {
    this.json = json;
  }

  /** The only mission, or the one of a name. */
  mission(id?: string): MissionJson {
    const { missions } = this.json;
    const found = id === undefined ? missions[0] : missions.find((mission) => mission.id === id);
    if (!found || (id === undefined && missions.length > 1)) throw new Error(`no mission ${id ?? "alone"}`);
    return found;
  }

  milestone(name: string): MilestoneJson {
    const [id = "", mission] = name.split("/").reverse();
    const found = this.mission(mission).milestones.find((milestone) => milestone.id === id);
    if (!found) throw new Error(`no milestone ${name}`);
    return found;
  }

  /** `a` of the only mission, or `crm/a`. */
  feature(name: string): FeatureJson {
    const [id = "", mission] = name.split("/").reverse();
    const features = this.mission(mission).milestones.flatMap((milestone) => milestone.features);
    const found = features.find((feature) => feature.id === id);
    if (!found) throw new Error(`no feature ${name}`);
    return found;
  }

  /** `done`, or `blocked (reverted)`: status and the condition's code where that says more. */
  of(name: string): string {
    const { status, condition } = this.feature(name);
    return status === condition.code ? status : `${status} (${condition.code})`;
  }

  get asks(): StatusJson["asks"] {
    return this.json.asks;
  }

  print(): string {
    return this.json.missions
      .flatMap(({ id, status, condition, milestones }) => [
        `${id}: ${status} (${condition.code}) ${condition.message}`,
        ...milestones.flatMap((milestone) => [
          `  ${milestone.id}: ${milestone.status} (${milestone.condition.code}) ${milestone.condition.message}`,
          ...milestone.features.map(
            ({ id: feature, status: word, condition: why }) => `    ${feature}: ${word} (${why.code}) ${why.message}`,
          ),
        ]),
      ])
      .join("\n");
  }
}
