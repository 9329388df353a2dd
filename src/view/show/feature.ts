import { checkLabel } from "../../model/documents.ts";
import { thingName } from "../../model/ids.ts";
import type { FeatureState, MilestoneState, MissionState } from "../../model/state.ts";
import type { Page } from "../page.ts";
import { shortRun } from "../run-name.ts";
import { featureJson } from "../status-json.ts";
import { statusWord } from "../status-word.ts";
import { BLANK, renderTable } from "../table.ts";
import { runJson, threadJson, verdictJson } from "./records-json.ts";
import { costRow, factRow, proseLines, runRows, section, threadRows, titleRows } from "./sections.ts";
import { verdictRows } from "./verdicts.ts";

export interface FeatureView {
  mission: MissionState;
  milestone: MilestoneState;
  feature: FeatureState;
}

/** Spec, condition, runs, verdicts, cost, thread, and what the last run handed over. */
export function renderFeature(
  { mission, milestone, feature }: FeatureView,
  page: Page,
  handoff: string | null,
): string[] {
  const { document, condition, cost, status } = feature;
  const records = mission.ledger.byFeature.get(feature.id);
  const last = records?.runs.findLast((run) => run.claim.fact.runKind === "work");
  return [
    ...renderTable(
      [
        ...titleRows(mission, thingName(mission.id, feature.id), document.title, statusWord(status), condition),
        BLANK,
        ...factRow("milestone", thingName(mission.id, milestone.id)),
        ...factRow(
          "agent",
          document.agent,
          `size ${document.size}`,
          `priority ${document.priority}`,
          `risk ${document.risk}`,
        ),
        ...factRow("depends on", document.dependsOn.join(", ")),
        ...factRow("fulfils", document.fulfills.join(", ")),
        ...factRow("fixes", document.fixes.join(", ")),
        ...factRow("scope", document.scope.join(", ")),
        ...factRow("checks", ...document.verify.map(checkLabel)),
        ...costRow(cost),
        ...factRow("file", document.file),
      ],
      page,
    ),
    ...(document.body.trim() === "" ? [] : ["", ...proseLines(document.body, page)]),
    ...renderTable(section("Runs", runRows(records?.runs ?? [], page)), page),
    ...renderTable(section("Verdicts", verdictRows(verdictsOf(mission, feature.id), page)), page),
    ...renderTable(
      section("Thread", threadRows(mission, asksOf(mission, feature.id), commentsOf(mission, feature.id), page)),
      page,
    ),
    ...(handoff === null
      ? []
      : ["", page.paint.strong(`Handoff${last ? ` of ${shortRun(last)}` : ""}`), ...proseLines(handoff, page)]),
  ];
}

/** `mission show crm/auth --json`: the feature as in `status --json`, with what only its page shows. */
export function featurePageJson({ mission, milestone, feature }: FeatureView, handoff: string | null) {
  const { document } = feature;
  return {
    schema: 1,
    kind: "feature",
    mission: mission.id,
    milestone: milestone.id,
    ...featureJson(feature),
    file: document.file,
    size: document.size,
    priority: document.priority,
    risk: document.risk,
    scope: document.scope,
    fulfills: document.fulfills,
    fixes: document.fixes,
    checks: document.verify.map(checkLabel),
    body: document.body,
    runs: (mission.ledger.byFeature.get(feature.id)?.runs ?? []).map(runJson),
    verdicts: verdictsOf(mission, feature.id).map(verdictJson),
    thread: threadJson(asksOf(mission, feature.id), commentsOf(mission, feature.id)),
    handoff,
  };
}

function verdictsOf({ ledger }: MissionState, id: string) {
  return ledger.verdicts.filter(
    ({ fact: { about } }) =>
      (about.kind === "features" && about.features.some(({ feature }) => feature === id)) ||
      (about.kind === "feature" && about.feature === id),
  );
}

function asksOf({ ledger }: MissionState, id: string) {
  return ledger.asks.filter(({ asked }) => asked.fact.about === id);
}

function commentsOf({ ledger }: MissionState, id: string) {
  return ledger.comments.filter(({ fact }) => fact.feature === id);
}
