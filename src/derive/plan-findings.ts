import type { FeatureDocument, MissionDocument, MissionFiles, MissionRoot } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { deriveAssertionFindings } from "./plan-assertions.ts";
import { deriveDependencyFindings, type LookUpFeature } from "./plan-dependencies.ts";
import { errorAt, type Place } from "./plan-finding.ts";

/**
 * What is wrong in a mission's files that no file shows alone. `others` are all other missions; without `lookUp`,
 * dependencies on their features are taken as they are.
 */
export function derivePlanFindings(
  files: MissionFiles,
  others: readonly { id: string; root: MissionRoot }[],
  lookUp?: LookUpFeature,
): Finding[] {
  const { mission } = files;
  const isOver = mission?.status === "completed" || mission?.status === "cancelled";
  return [
    ...(mission ? deriveMissionFindings(mission, files, others) : deriveMissing(files)),
    ...deriveNameFindings(files),
    ...(isOver ? [] : [...deriveDependencyFindings(files, lookUp), ...deriveAssertionFindings(files)]),
    ...(mission ? deriveFeatureFindings(mission, files) : []),
  ];
}

/** Without it nothing of the folder is worked on. */
function deriveMissing({ milestones }: MissionFiles): Finding[] {
  const file = milestones[0]?.file.replace(/\/milestones\/.*/, "/mission.md");
  return file === undefined
    ? []
    : [
        errorAt(
          { file, at: {} },
          "title",
          "missing-mission",
          "The mission has no mission.md",
          "a mission.md with a title",
        ),
      ];
}

function deriveMissionFindings(
  mission: MissionDocument,
  files: MissionFiles,
  others: readonly { id: string; root: MissionRoot }[],
): Finding[] {
  const findings: Finding[] = [];
  const twin = others.find(({ id }) => fold(id) === fold(mission.id));
  if (twin) {
    const message = `There is another mission of this name: ${twin.root}/${twin.id}`;
    findings.push(
      errorAt(mission, "title", "duplicate-mission", message, "one mission of a name in missions/ and todo/missions/"),
    );
  }
  if (mission.mode === "full" && mission.home === "default" && mission.signOff !== "feature") {
    const message = "Work would reach the default branch without a person's word";
    findings.push(errorAt(mission, "home", "home-needs-sign-off", message, "home: branch, or sign_off: feature"));
  }
  const budget = deriveBudgetFinding(mission, files);
  return budget ? [...findings, budget] : findings;
}

/** A mission that is still planned may be without a budget, with a warning. */
function deriveBudgetFinding(mission: MissionDocument, files: MissionFiles): Finding | null {
  if (mission.budget !== null || mission.status === "completed" || mission.status === "cancelled") return null;
  const finding = errorAt(
    mission,
    "budget",
    "missing-budget",
    "There is no budget",
    "budget: { usd: 50 }, or budget: none",
  );
  const { file, line } = finding;
  // A budget that can't be read has its own finding.
  if (
    mission.at.budget &&
    files.findings.some((other) => other.file === file && other.line >= line && other.code === "bad-value")
  )
    return null;
  return mission.status === "planning" ? { ...finding, severity: "warning" } : finding;
}

/** Milestones and features share their names, and two names that differ in capitals are one name on some machines. */
function deriveNameFindings({ milestones, features }: MissionFiles): Finding[] {
  const renamed = features.filter(({ was }) => was !== null);
  const names = new Set([...milestones, ...features].map(({ id }) => fold(id)));
  if (names.size === milestones.length + features.length && renamed.length === 0) return [];
  const places = Map.groupBy<string, Place & { id: string }>([...milestones, ...features], ({ id }) => fold(id));
  return [
    ...[...places.values()].flatMap((all) =>
      clashes(all, "duplicate-id", ({ id }) => `The id ${id} is also that of`, "title"),
    ),
    ...[...Map.groupBy(renamed, ({ was }) => was).values()].flatMap((all) => {
      return clashes(all, "duplicate-was", ({ was }) => `${was} also became`, "was");
    }),
    ...renamed.flatMap((feature) => deriveRenameFinding(feature, places)),
  ];
}

function clashes<Named extends Place>(
  all: readonly Named[],
  code: string,
  describe: (place: Named) => string,
  key: string,
): Finding[] {
  if (all.length < 2) return [];
  return all.map((place) => {
    const other = all.find((each) => each !== place);
    return errorAt(
      place,
      key,
      code,
      `${describe(place)} ${other?.file}`,
      "each name once among milestones and features",
    );
  });
}

function deriveRenameFinding(feature: FeatureDocument, places: ReadonlyMap<string, readonly Place[]>): Finding[] {
  const old = feature.was === null ? undefined : places.get(fold(feature.was))?.[0];
  if (!old) return [];
  const message = `${feature.was} is still there: ${old.file}`;
  return [errorAt(feature, "was", "was-in-use", message, "the id that this feature had before, now free")];
}

function deriveFeatureFindings(mission: MissionDocument, { milestones, features }: MissionFiles): Finding[] {
  if (mission.status === "cancelled") return [];
  const cancelled = new Set(milestones.filter(({ status }) => status === "cancelled").map(({ id }) => id));
  const open = features.filter(
    ({ status, milestone }) => (status === "todo" || status === "hold") && !cancelled.has(milestone),
  );
  if (mission.status === "completed") return open.map(openInCompleted);
  const secrets = new Map(mission.resources.map(({ name, secret }) => [name, secret]));
  const isFull = mission.mode === "full";
  const telling = isFull ? open : open.filter(({ secrets }) => secrets.length > 0);
  return telling.flatMap((feature) => [
    ...feature.secrets.flatMap((name) => deriveSecretFinding(feature, name, secrets)),
    ...(isFull ? deriveAcceptanceFinding(feature) : []),
  ]);
}

function openInCompleted(feature: FeatureDocument): Finding {
  return errorAt(
    feature,
    "status",
    "open-in-completed",
    "The mission is completed, this feature is open",
    "done or cancelled",
  );
}

function deriveSecretFinding(
  feature: FeatureDocument,
  name: string,
  secrets: ReadonlyMap<string, string | null>,
): Finding[] {
  const secret = secrets.get(name);
  if (typeof secret === "string") return [];
  const message = secret === null ? `The resource ${name} has no secret` : `There is no resource ${name}`;
  return [errorAt(feature, "secrets", "unknown-resource", message, "resources of mission.md that have a secret")];
}

/** A fix is measured by what it fixes. */
function deriveAcceptanceFinding(feature: FeatureDocument): Finding[] {
  if (feature.acceptance.length > 0 || feature.fixes.length > 0) return [];
  const expected = "a list below a heading `## Acceptance`; only mode: poc goes without";
  return [errorAt(feature, "title", "missing-acceptance", "There are no acceptance criteria", expected)];
}

const NOT_ASCII = /\P{ASCII}/u;

function fold(name: string): string {
  return NOT_ASCII.test(name) ? name.normalize("NFC").toLowerCase() : name.toLowerCase();
}
