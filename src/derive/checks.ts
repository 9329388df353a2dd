import {
  type Assertion,
  type Check,
  checkLabel,
  type FeatureDocument,
  type MilestoneDocument,
} from "../model/documents.ts";
import type { Entry } from "../model/ledger.ts";
import type { Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { indexPlan, type PlanIndex } from "./plan-index.ts";

const plain = (check: Check): AskedCheck => ({ check, assertion: null });

/** Checks of config and mission; `verify_only` replaces config's. */
function missionChecks({ files, repository }: MissionSnapshot): readonly Check[] {
  const mission = files.mission;
  return mission?.verifyOnly ?? [...repository.config.verify, ...(mission?.verify ?? [])];
}

/**
 * What the gate of a chain of features asks. `full`: config's and mission's checks and those of each feature of their
 * milestones that is done or in the chain, so that home stays green as a whole. `poc`: the features' own checks only.
 */
export function gateChecks(
  mission: MissionSnapshot,
  chain: readonly FeatureDocument[],
  plan: PlanIndex = indexPlan(mission.files),
): readonly AskedCheck[] {
  const own = chain.flatMap(({ verify }) => verify);
  if (mission.files.mission?.mode === "poc") return unique(own.map(plain));
  const done = [...new Set(chain.map(({ milestone }) => milestone))].flatMap((id) => plan.doneChecks.get(id) ?? []);
  return unique([...missionChecks(mission), ...done, ...own].map(plain));
}

/** Whether a gate of a feature would ask anything. */
export function hasGateChecks(mission: MissionSnapshot, plan: PlanIndex, feature: FeatureDocument): boolean {
  if (feature.verify.length > 0) return true;
  if (mission.files.mission?.mode === "poc") return false;
  return missionChecks(mission).length > 0 || (plan.doneChecks.get(feature.milestone)?.length ?? 0) > 0;
}

/** What judges a merge with the default branch: home as a whole, with the features of a milestone (null: of all). */
export function mergeChecks(
  mission: MissionSnapshot,
  plan: PlanIndex,
  milestone: string | null,
): readonly AskedCheck[] {
  const done = milestone === null ? [...plan.doneChecks.values()].flat() : (plan.doneChecks.get(milestone) ?? []);
  return unique([...missionChecks(mission), ...done].map(plain));
}

/** What the validation of a milestone asks: checks of milestone, mission and config, and each assertion that it or its features fulfil. */
export function milestoneChecks(
  mission: MissionSnapshot,
  plan: PlanIndex,
  milestone: MilestoneDocument,
): readonly AskedCheck[] {
  const features = (plan.byMilestone.get(milestone.id) ?? []).filter(({ status }) => status !== "cancelled");
  const fulfilled = new Set([...milestone.fulfills, ...features.flatMap((feature) => feature.fulfills)]);
  const assertions = [...fulfilled]
    .flatMap((id) => plan.assertions.get(id) ?? [])
    .sort((a, b) => a.place - b.place)
    .map(({ assertion }) => assertion);
  return unique([
    ...[...missionChecks(mission), ...milestone.verify].map(plain),
    ...assertions.flatMap(assertionChecks),
  ]);
}

/** The whole contract, once more, at the end. An assertion whose owner is cancelled is dropped. */
export function finalChecks(mission: MissionSnapshot): readonly AskedCheck[] {
  const cancelled = new Set(droppedAssertions(mission));
  const assertions = mission.files.contract.filter(({ id }) => !cancelled.has(id));
  return unique([...missionChecks(mission).map(plain), ...assertions.flatMap(assertionChecks)]);
}

/** Assertions that nobody fulfils any more because their feature or milestone is cancelled. */
function droppedAssertions({ files }: MissionSnapshot): readonly string[] {
  const cancelled = new Set(files.milestones.filter(({ status }) => status === "cancelled").map(({ id }) => id));
  const isOver = (feature: FeatureDocument) => feature.status === "cancelled" || cancelled.has(feature.milestone);
  const owned = new Set([
    ...files.milestones.filter(({ id }) => !cancelled.has(id)).flatMap(({ fulfills }) => fulfills),
    ...files.features.filter((feature) => !isOver(feature)).flatMap(({ fulfills }) => fulfills),
  ]);
  const given = [
    ...files.milestones.filter(({ id }) => cancelled.has(id)).flatMap(({ fulfills }) => fulfills),
    ...files.features.filter(isOver).flatMap(({ fulfills }) => fulfills),
  ];
  return given.filter((id) => !owned.has(id));
}

/** An assertion without a check can't be decided by code: a person is asked. */
function assertionChecks({ id, title, checks }: Assertion): readonly AskedCheck[] {
  const asked: readonly Check[] = checks.length > 0 ? checks : [{ method: "manual", ask: title }];
  return asked.map((check) => ({ check, assertion: id }));
}

function unique(checks: readonly AskedCheck[]): readonly AskedCheck[] {
  const seen = new Set<string>();
  return checks.filter((asked) => {
    const key = `${asked.assertion ?? ""} ${checkLabel(asked.check)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a verdict answers all that is asked now: an edited check has another label, so its old verdict says nothing. */
export function covers({ fact }: Entry<Verdict>, asked: readonly AskedCheck[]): boolean {
  if (fact.override !== null) return true;
  const labels = new Set(fact.checks.map(({ label }) => label));
  const assertions = new Set(fact.assertions.map(({ id }) => id));
  return asked.every(
    ({ check, assertion }) => labels.has(checkLabel(check)) && (assertion === null || assertions.has(assertion)),
  );
}
