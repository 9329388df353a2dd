import { checkLabel } from "../../model/documents.ts";
import { thingName } from "../../model/ids.ts";
import type { MilestoneState, MissionState } from "../../model/state.ts";
import { featureRow } from "../board.ts";
import { sumCosts } from "../cost-share.ts";
import type { Page } from "../page.ts";
import { conditionJson, featureJson } from "../status-json.ts";
import { statusWord } from "../status-word.ts";
import { BLANK, renderTable } from "../table.ts";
import { runJson, threadJson, verdictJson } from "./records-json.ts";
import { costRow, factRow, proseLines, runRows, section, threadRows, titleRows } from "./sections.ts";
import { verdictRows } from "./verdicts.ts";

/** What stands when it is done, its features, its validations and its thread. */
export function renderMilestone(mission: MissionState, milestone: MilestoneState, page: Page): string[] {
  const { document, condition, status, features, round } = milestone;
  const head = [
    ...titleRows(mission, thingName(mission.id, milestone.id), document.title, statusWord(status), condition),
    BLANK,
    ...factRow("checks", ...document.verify.map(checkLabel)),
    ...factRow("fulfils", document.fulfills.join(", ")),
    ...factRow("failed", round > 0 ? `${round} ${round === 1 ? "validation" : "validations"}` : ""),
    ...costRow(sumCosts(features.map(({ cost }) => cost))),
    ...factRow("file", document.file),
  ];
  return [
    ...renderTable(head, page),
    ...(document.body.trim() ? ["", ...proseLines(document.body, page)] : []),
    ...renderTable(
      section(
        "Features",
        features.map((feature) => ({ ...featureRow(mission, feature, page), depth: 0 })),
      ),
      page,
    ),
    ...renderTable(section("Runs", runRows(runsOf(mission, milestone.id), page)), page),
    ...renderTable(section("Verdicts", verdictRows(verdictsOf(mission, milestone.id), page)), page),
    ...renderTable(section("Thread", threadRows(mission, asksOf(mission, milestone.id), [], page)), page),
  ];
}

/** `mission show crm/contacts --json`. */
export function milestonePageJson(
  mission: MissionState,
  { id, document, status, condition, round, features }: MilestoneState,
) {
  return {
    schema: 1,
    kind: "milestone",
    mission: mission.id,
    id,
    title: document.title,
    status,
    condition: conditionJson(condition),
    round,
    file: document.file,
    body: document.body,
    checks: document.verify.map(checkLabel),
    fulfills: document.fulfills,
    features: features.map(featureJson),
    runs: runsOf(mission, id).map(runJson),
    verdicts: verdictsOf(mission, id).map(verdictJson),
    thread: threadJson(asksOf(mission, id), []),
  };
}

function runsOf({ ledger }: MissionState, id: string) {
  return [...ledger.runs.values()].filter(
    ({ claim: { fact } }) => "milestone" in fact.about && fact.about.milestone === id,
  );
}

function verdictsOf({ ledger }: MissionState, id: string) {
  return ledger.verdicts.filter(({ fact: { about } }) => "milestone" in about && about.milestone === id);
}

function asksOf({ ledger }: MissionState, id: string) {
  return ledger.asks.filter(({ asked }) => asked.fact.about === id);
}
