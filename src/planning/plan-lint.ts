/**
 * What makes a plan hard to carry out, before anything is written: too many or too large parts, parts that get into each
 * other's way, and results that nothing can judge. What is plainly wrong in the files that it becomes is found there.
 */

import type { Finding } from "../model/finding.ts";
import { isId } from "../model/ids.ts";
import type { Plan, PlanFeature } from "./plan.ts";
import { type PlacedFeature, type PlacedMilestone, type PlanPlace, placePlan } from "./plan-layout.ts";

/** From the decomposition that the mission system asks for: 3 to 7 milestones in sequence, 2 to 5 features each. */
const MILESTONES = { least: 3, most: 7 };
const FEATURES = { least: 2, most: 5 };

export interface LintOptions extends PlanPlace {
  /** The repository's config names checks of its own. */
  hasChecks: boolean;
}

/** Findings at the files that the plan would become. Errors: the plan can't be written. Warnings: it may be meant so. */
export function lintPlan(plan: Plan, options: LintOptions): readonly Finding[] {
  const milestones = placePlan(plan, options);
  const isFull = plan.mission.mode !== "poc";
  return [
    ...lintIds(milestones),
    ...lintCounts(plan, milestones, options),
    ...milestones.flatMap(({ features }) => [...features.flatMap(lintFeature), ...lintOverlaps(features)]),
    ...(isFull ? lintJudgement(plan, milestones, options) : []),
  ];
}

function lintIds(milestones: readonly PlacedMilestone[]): Finding[] {
  const parts = milestones.flatMap((milestone) => [milestone, ...milestone.features]);
  return parts.flatMap((part, index) => {
    const { id, path } = part;
    if (!isId(id)) return [error(path, "bad-id", `${id} can't be an id`, "a-z, 0-9 and -, no reserved word")];
    const first = parts.findIndex((other) => other.id === id);
    if (first === index) return [];
    return [error(path, "duplicate-id", `The id ${id} is there twice`, "each id once among milestones and features")];
  });
}

function lintCounts({ mission, contract }: Plan, milestones: readonly PlacedMilestone[], place: PlanPlace): Finding[] {
  const file = `${place.root}/${place.id}/mission.md`;
  const findings: Finding[] = [];
  if (milestones.length === 0) {
    findings.push(
      error(file, "no-milestones", "The plan has no milestones", `${MILESTONES.least} to ${MILESTONES.most}`),
    );
  } else if (mission.mode !== "poc" && isOutside(milestones.length, MILESTONES)) {
    const message = `The plan has ${plural(milestones.length, "milestone")}`;
    findings.push(
      warning(
        file,
        "milestone-count",
        message,
        `${MILESTONES.least} to ${MILESTONES.most}, each one a step that can be looked at`,
      ),
    );
  }
  for (const { path, id, features } of milestones) {
    if (features.length === 0) findings.push(error(path, "no-features", `${id} has no features`, "at least one"));
    else if (isOutside(features.length, FEATURES)) {
      const message = `${id} has ${plural(features.length, "feature")}`;
      findings.push(
        warning(path, "feature-count", message, `${FEATURES.least} to ${FEATURES.most}, each one piece of work`),
      );
    }
  }
  const isNamed = new Set(contract.map(({ id }) => id)).size === contract.length;
  if (!isNamed)
    findings.push(
      error(`${place.root}/${place.id}/contract.md`, "duplicate-id", "An assertion is there twice", "each id once"),
    );
  return findings;
}

/** Words that nothing can be held against, unless a number or a name stands beside them. */
const VAGUE = /\b(?:works|properly|correctly|as expected|user-friendly|intuitive|nice|good|robust|etc)\b/i;
const DEFINITE = /[\d`"'/]/;

function lintFeature({ id, path, feature }: PlacedFeature): Finding[] {
  const findings: Finding[] = [];
  if (feature.size === "XL") {
    findings.push(
      warning(path, "large-feature", `${id} is XL: it costs much before anybody sees it`, "two or more features"),
    );
  }
  const vague = (feature.acceptance ?? []).find((criterion) => VAGUE.test(criterion) && !DEFINITE.test(criterion));
  if (vague !== undefined) {
    findings.push(
      warning(
        path,
        "vague-acceptance",
        `Nobody can tell whether this holds: ${vague}`,
        "what is done and what is then seen",
      ),
    );
  }
  return findings;
}

/** Features that change the same paths never run at the same time; without an order the engine picks one. */
function lintOverlaps(features: readonly PlacedFeature[]): Finding[] {
  return features.flatMap((one, index) =>
    features.slice(index + 1).flatMap((other) => {
      const shared = textsOf(one.feature, "scope").find((glob) => textsOf(other.feature, "scope").includes(glob));
      if (shared === undefined || dependsOn(one, other, features) || dependsOn(other, one, features)) return [];
      const message = `${one.id} and ${other.id} both change ${shared}, so they run one after the other`;
      return [warning(other.path, "shared-scope", message, `depends_on: [${one.id}], or scopes apart`)];
    }),
  );
}

function dependsOn(
  one: PlacedFeature,
  other: PlacedFeature,
  all: readonly PlacedFeature[],
  seen: readonly string[] = [],
): boolean {
  const ids = textsOf(one.feature, "depends_on").filter((id) => !seen.includes(id));
  if (ids.includes(other.id)) return true;
  return all.some((each) => ids.includes(each.id) && dependsOn(each, other, all, [...seen, ...ids]));
}

function lintJudgement(
  { mission, contract }: Plan,
  milestones: readonly PlacedMilestone[],
  options: LintOptions,
): Finding[] {
  const folder = `${options.root}/${options.id}`;
  const findings: Finding[] = [];
  const hasGeneral = options.hasChecks || isThere(mission.verify) || isThere(mission.verify_only);
  const bare = milestones.flatMap(({ features }) => features).filter(({ feature }) => !isThere(feature.verify));
  if (!hasGeneral && bare.length > 0) {
    const message = `No check for ${bare.map(({ id }) => id).join(", ")}: every verdict will be inconclusive`;
    findings.push(warning(`${folder}/mission.md`, "no-checks", message, "verify: [{ run: npm test }]"));
  }
  if (contract.length === 0) {
    findings.push(
      warning(
        `${folder}/mission.md`,
        "no-contract",
        "Nothing says what has to be true at the end",
        "assertions in the contract",
      ),
    );
  }
  const unchecked = contract.filter(({ verify }) => !isThere(verify)).map(({ id }) => id);
  if (unchecked.length > 0) {
    const message = `Only a person can judge ${unchecked.join(", ")}`;
    findings.push(
      warning(
        `${folder}/contract.md`,
        "manual-assertion",
        message,
        "a check below the assertion, where one is possible",
      ),
    );
  }
  return findings;
}

function textsOf(feature: PlanFeature, key: string): string[] {
  const value = feature[key];
  if (Array.isArray(value)) return value.map(String);
  return isThere(value) ? [String(value)] : [];
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
}

function isOutside(count: number, { least, most }: { least: number; most: number }): boolean {
  return count < least || count > most;
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function error(file: string, code: string, message: string, expected: string): Finding {
  return { file, line: 1, column: 1, severity: "error", code, message, expected };
}

function warning(file: string, code: string, message: string, expected: string): Finding {
  return { ...error(file, code, message, expected), severity: "warning" };
}
