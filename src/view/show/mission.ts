import { type Assertion, checkLabel } from "../../model/documents.ts";
import type { RunEntry } from "../../model/ledger.ts";
import type { AssertionResult } from "../../model/record.ts";
import type { MissionState } from "../../model/state.ts";
import { runCost, sumCosts } from "../cost-share.ts";
import { progressOf, renderMissionHead } from "../mission-head.ts";
import { costText } from "../money.ts";
import type { Page } from "../page.ts";
import { dotted, type Look, span } from "../span.ts";
import { budgetJson, conditionJson } from "../status-json.ts";
import { statusWord } from "../status-word.ts";
import { BLANK, renderTable } from "../table.ts";
import { dayText } from "../time.ts";
import { runJson, threadJson } from "./records-json.ts";
import { factRow, proseLines, type Rows, runRows, section, threadRows } from "./sections.ts";

const LOOKS: Readonly<Record<AssertionResult["result"], Look>> = {
  passed: "good",
  failed: "bad",
  inconclusive: "waiting",
};

/** Goal, settings, contract with the last word on each assertion, milestones, runs of the mission as a whole, thread. */
export function renderMission(mission: MissionState, contract: readonly Assertion[], page: Page): string[] {
  const { document, home, ledger } = mission;
  const cost = sumCosts([...ledger.runs.values()].map(runCost));
  const settings = document
    ? [
        ...factRow("mode", document.mode, `sign-off by ${document.signOff}`, home ? `home ${home.branch}` : null),
        ...factRow("deadline", document.deadline === null ? null : dayText(document.deadline, page)),
        ...factRow("checks", ...(document.verifyOnly ?? document.verify).map(checkLabel)),
        ...factRow("cost", costText(cost)),
        ...factRow("file", document.file),
      ]
    : [];
  return [
    ...renderTable([...renderMissionHead(mission, page), ...(settings.length > 0 ? [BLANK, ...settings] : [])], page),
    ...(document?.body.trim() ? ["", ...proseLines(document.body, page)] : []),
    ...renderTable(section("Contract", contractRows(mission, contract)), page),
    ...renderTable(section("Milestones", milestoneRows(mission)), page),
    ...renderTable(section("Runs of the mission", runRows(ownRuns(mission), page)), page),
    ...renderTable(section("Thread", threadRows(mission, ownAsks(mission), ownComments(mission), page)), page),
  ];
}

/** `mission show crm --json`. */
export function missionPageJson(mission: MissionState, contract: readonly Assertion[]) {
  const results = lastResults(mission);
  return {
    schema: 1,
    kind: "mission",
    id: mission.id,
    title: mission.title,
    status: mission.status,
    condition: conditionJson(mission.condition),
    path: mission.path,
    home: mission.home?.branch ?? null,
    progress: progressOf(mission),
    budget: budgetJson(mission.budget),
    body: mission.document?.body ?? "",
    contract: contract.map(({ id, title }) => ({ id, title, result: results.get(id) ?? null })),
    milestones: mission.milestones.map(({ id, document, status }) => ({ id, title: document.title, status })),
    runs: ownRuns(mission).map(runJson),
    thread: threadJson(ownAsks(mission), ownComments(mission)),
  };
}

/** The last result of each assertion, whichever validation gave it. */
function lastResults({ ledger }: MissionState): ReadonlyMap<string, AssertionResult["result"]> {
  return new Map(ledger.verdicts.flatMap(({ fact }) => fact.assertions.map(({ id, result }) => [id, result] as const)));
}

function contractRows(mission: MissionState, contract: readonly Assertion[]): Rows {
  const results = lastResults(mission);
  return contract.map(({ id, title }) => {
    const result = results.get(id);
    return {
      cells: [span(id), result ? span(result, LOOKS[result]) : span("open", "quiet")],
      text: [span(title)],
      fit: "wrap",
    };
  });
}

function milestoneRows(mission: MissionState): Rows {
  return mission.milestones.map(({ id, document, status, features }) => {
    const done = features.filter((feature) => feature.status === "done").length;
    return {
      cells: [statusWord(status), span(`${mission.id}/${id}`)],
      text: dotted(span(document.title), span(`${done} of ${features.length} done`, "quiet")),
      fit: "cut",
    };
  });
}

/** Runs that belong to no feature and no single milestone. */
function ownRuns({ ledger }: MissionState): RunEntry[] {
  return [...ledger.runs.values()].filter(({ claim: { fact } }) => {
    return (
      !["feature", "features"].includes(fact.about.kind) &&
      (fact.about.kind !== "milestone" || fact.about.milestone === "final")
    );
  });
}

function ownAsks({ ledger }: MissionState) {
  return ledger.asks.filter(({ asked }) => asked.fact.about === null || asked.fact.about === "final");
}

function ownComments({ ledger }: MissionState) {
  return ledger.comments.filter(({ fact }) => fact.feature === null);
}
