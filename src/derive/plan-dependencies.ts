import type { FeatureDocument, MissionFiles } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { type Cycle, findCycles } from "./dependency-cycles.ts";
import { errorAt } from "./plan-finding.ts";

/** What is known of a feature of another mission. */
export type LookUpFeature = (mission: string, feature: string) => "present" | "no-mission" | "no-feature";

const MOST_NAMED = 8;

/** Dependencies that can never be met: on nothing, on itself, on a later milestone, in a cycle. Closed features have none. */
export function deriveDependencyFindings(files: MissionFiles, lookUp: LookUpFeature | undefined): Finding[] {
  const features = new Map(files.features.map((feature) => [feature.id, feature]));
  const milestones = new Map(files.milestones.map((milestone, index) => [milestone.id, index]));
  const open = files.features.filter(({ status }) => status === "todo" || status === "hold");
  const findings = open.flatMap((feature) => {
    return feature.dependsOn.flatMap((name) => {
      const problem = name.includes("/")
        ? describeForeign(name, lookUp)
        : describeOwn(feature, name, features, milestones);
      return problem === null ? [] : [errorAt(feature, "depends_on", ...problem)];
    });
  });
  return [...findings, ...deriveCycleFindings(open.filter(({ dependsOn }) => dependsOn.length > 0))];
}

type Problem = readonly [code: string, message: string, expected: string];

function describeOwn(
  feature: FeatureDocument,
  name: string,
  features: ReadonlyMap<string, FeatureDocument>,
  milestones: ReadonlyMap<string, number>,
): Problem | null {
  if (name === feature.id) return ["self-dependency", `${name} depends on itself`, "other features"];
  const needed = features.get(name);
  if (!needed && milestones.has(name)) {
    return ["unknown-dependency", `${name} is a milestone`, "features; milestones run one after the other anyway"];
  }
  if (!needed)
    return ["unknown-dependency", `There is no feature ${name}`, "features of this mission, or other-mission/feature"];
  const [own, other] = [milestones.get(feature.milestone) ?? 0, milestones.get(needed.milestone) ?? 0];
  if (other <= own) return null;
  return [
    "later-dependency",
    `${name} is in the later milestone ${needed.milestone}`,
    "features of this or an earlier milestone",
  ];
}

function describeForeign(name: string, lookUp: LookUpFeature | undefined): Problem | null {
  const [mission = "", feature = ""] = name.split("/");
  const answer = lookUp?.(mission, feature) ?? "present";
  if (answer === "no-mission") return ["unknown-dependency", `There is no mission ${mission}`, "other-mission/feature"];
  if (answer === "no-feature")
    return ["unknown-dependency", `The mission ${mission} has no feature ${feature}`, "other-mission/feature"];
  return null;
}

/** `features` are those that need others: no cycle leads through one that needs nothing. */
function deriveCycleFindings(features: readonly FeatureDocument[]): Finding[] {
  if (features.length < 2) return [];
  const byId = new Map(features.map((feature) => [feature.id, feature]));
  const cycles = findCycles(
    new Map(features.map(({ id, dependsOn }) => [id, dependsOn.filter((name) => name !== id)])),
  );
  return cycles.flatMap((cycle) => {
    return cycle.members.flatMap((id) => {
      const feature = byId.get(id);
      if (!feature) return [];
      return [
        errorAt(feature, "depends_on", "dependency-cycle", describeCycle(id, cycle), "dependencies without a way back"),
      ];
    });
  });
}

/** The way round is shown from the member's own view where it lies on it. */
function describeCycle(id: string, { path }: Cycle): string {
  const at = path.indexOf(id);
  const round = at < 0 ? path : [...path.slice(at, -1), ...path.slice(0, at), id];
  const named = round.length <= MOST_NAMED + 1 ? round : [...round.slice(0, MOST_NAMED), "...", round.at(-1)];
  return `${id} waits for itself: ${named.join(" -> ")}`;
}
