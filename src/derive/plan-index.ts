import type { Assertion, Check, FeatureDocument, MilestoneDocument, MissionFiles } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";

/** The files of a mission by name, so that no rule looks through all of them for each. */
export interface PlanIndex {
  features: ReadonlyMap<string, FeatureDocument>;
  milestones: ReadonlyMap<string, MilestoneDocument>;
  /** Features by milestone, in the order of their files. */
  byMilestone: ReadonlyMap<string, readonly FeatureDocument[]>;
  /** Checks of the features that are done, by milestone. */
  doneChecks: ReadonlyMap<string, readonly Check[]>;
  /** The contract with each assertion's place in it. */
  assertions: ReadonlyMap<string, { place: number; assertion: Assertion }>;
  /** The first error in each file. */
  errors: ReadonlyMap<string, Finding>;
}

export function indexPlan(files: MissionFiles, findings: readonly Finding[] = []): PlanIndex {
  const byMilestone = Map.groupBy(files.features, ({ milestone }) => milestone);
  return {
    features: new Map(files.features.map((feature) => [feature.id, feature])),
    milestones: new Map(files.milestones.map((milestone) => [milestone.id, milestone])),
    byMilestone,
    doneChecks: new Map([...byMilestone].map(([id, features]) => [id, checksOfDone(features)])),
    assertions: new Map(files.contract.map((assertion, place) => [assertion.id, { place, assertion }])),
    errors: firstErrors(findings),
  };
}

/** The first error in each file. */
export function firstErrors(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const errors = new Map<string, Finding>();
  for (const finding of findings) {
    if (finding.severity === "error" && !errors.has(finding.file)) errors.set(finding.file, finding);
  }
  return errors;
}

/** `missions/crm/mission.md:3: ...`. */
export function describeFinding({ file, line, message }: Finding): string {
  return `${file}:${line}: ${message}`;
}

function checksOfDone(features: readonly FeatureDocument[]): readonly Check[] {
  return features.filter(({ status }) => status === "done").flatMap(({ verify }) => verify);
}
