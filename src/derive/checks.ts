import { type Check, checkLabel, type FeatureDocument, type MilestoneDocument } from "../model/documents.ts";
import type { Entry } from "../model/ledger.ts";
import type { Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";

const plain = (check: Check): AskedCheck => ({ check, assertion: null });

/** Checks of config and mission; `verify_only` replaces config's. */
export function missionChecks({ files, repository }: MissionSnapshot): readonly Check[] {
  const mission = files.mission;
  return mission?.verifyOnly ?? [...repository.config.verify, ...(mission?.verify ?? [])];
}

/**
 * What the gate of a chain of features asks. `full`: config's and mission's checks and those of each feature of their
 * milestones that is done or in the chain, so that home stays green as a whole. `poc`: the features' own checks only.
 */
export function gateChecks(mission: MissionSnapshot, chain: readonly FeatureDocument[]): readonly AskedCheck[] {
  if (mission.files.mission?.mode === "poc") return unique(chain.flatMap((feature) => feature.verify.map(plain)));
  const milestones = new Set(chain.map((feature) => feature.milestone));
  const judged = mission.files.features.filter(
    (feature) =>
      chain.some(({ id }) => id === feature.id) || (feature.status === "done" && milestones.has(feature.milestone)),
  );
  return unique([...missionChecks(mission), ...judged.flatMap((feature) => feature.verify)].map(plain));
}

/** What the validation of a milestone asks: checks of milestone, mission and config, and each assertion that it or its features fulfil. */
export function milestoneChecks(mission: MissionSnapshot, milestone: MilestoneDocument): readonly AskedCheck[] {
  const features = mission.files.features.filter(
    (feature) => feature.milestone === milestone.id && feature.status !== "cancelled",
  );
  const fulfilled = new Set([...milestone.fulfills, ...features.flatMap((feature) => feature.fulfills)]);
  return unique([
    ...[...missionChecks(mission), ...milestone.verify].map(plain),
    ...assertionChecks(mission, (id) => fulfilled.has(id)),
  ]);
}

/** The whole contract, once more, at the end. An assertion whose owner is cancelled is dropped. */
export function finalChecks(mission: MissionSnapshot): readonly AskedCheck[] {
  const cancelled = new Set(droppedAssertions(mission));
  return unique([...missionChecks(mission).map(plain), ...assertionChecks(mission, (id) => !cancelled.has(id))]);
}

/** Assertions that nobody fulfils any more because their feature or milestone is cancelled. */
export function droppedAssertions({ files }: MissionSnapshot): readonly string[] {
  const cancelledMilestones = new Set(
    files.milestones.filter(({ status }) => status === "cancelled").map(({ id }) => id),
  );
  return [
    ...files.milestones.filter(({ id }) => cancelledMilestones.has(id)).flatMap(({ fulfills }) => fulfills),
    ...files.features
      .filter((feature) => feature.status === "cancelled" || cancelledMilestones.has(feature.milestone))
      .flatMap(({ fulfills }) => fulfills),
  ];
}

function assertionChecks({ files }: MissionSnapshot, isAsked: (id: string) => boolean): readonly AskedCheck[] {
  return files.contract
    .filter(({ id }) => isAsked(id))
    .flatMap((assertion): readonly AskedCheck[] =>
      // An assertion without a check can't be decided by code: a person is asked.
      assertion.checks.length === 0
        ? [{ check: { method: "manual", ask: assertion.title }, assertion: assertion.id }]
        : assertion.checks.map((check) => ({ check, assertion: assertion.id })),
    );
}

function unique(checks: readonly AskedCheck[]): readonly AskedCheck[] {
  const seen = new Set<string>();
  return checks.filter((asked) => {
    const key = `${asked.assertion ?? ""} ${checkLabel(asked.check)}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** Whether a verdict answers all that is asked now: an edited check has another label, so its old verdict says nothing. */
export function covers(verdict: Entry<Verdict>, asked: readonly AskedCheck[]): boolean {
  if (verdict.fact.override !== null) return true;
  const labels = new Set(verdict.fact.checks.map(({ label }) => label));
  const assertions = new Set(verdict.fact.assertions.map(({ id }) => id));
  return asked.every(
    ({ check, assertion }) => labels.has(checkLabel(check)) && (assertion === null || assertions.has(assertion)),
  );
}
