/** Where missions stand: one line a milestone, one a feature where something happens, two where a person is needed. */

import { thingName } from "../model/ids.ts";
import type { FeatureState, MilestoneState, MissionState, State } from "../model/state.ts";
import { conditionText, nextStep } from "./condition.ts";
import { sumCosts } from "./cost-share.ts";
import { renderMissionHead } from "./mission-head.ts";
import { moneyText, spentMoney } from "./money.ts";
import type { Page } from "./page.ts";
import { dotted, type Span, span } from "./span.ts";
import { statusWord } from "./status-word.ts";
import { BLANK, type Line, type Row, renderTable } from "./table.ts";
import { durationText } from "./time.ts";
import { nextFor } from "./waiting.ts";

/** Which part is shown. What is kept by name is shown with all its features. */
export interface Focus {
  mission: string;
  milestone?: string;
  keeps?(feature: FeatureState): boolean;
}

const OVER = ["completed", "cancelled", "gone"];

/** The board of all missions, or of the part in focus. Missions that are over take one line each, at the end. */
export function renderBoard(state: State, page: Page, focus: readonly Focus[] | null = null): string[] {
  if (focus) {
    const blocks = state.missions.flatMap((mission) =>
      focus.filter((one) => one.mission === mission.id).map((one) => missionRows(mission, page, one)),
    );
    return renderBlocks(blocks, page);
  }
  const open = state.missions.filter(({ status }) => !OVER.includes(status));
  const over = state.missions.filter(({ status }) => OVER.includes(status));
  return renderBlocks([...open.map((mission) => missionRows(mission, page, null)), over.map(overRow)], page);
}

function renderBlocks(blocks: readonly (readonly (Row | Line)[])[], page: Page): string[] {
  const filled = blocks.filter((block) => block.length > 0);
  return filled.flatMap((block, index) => renderTable(index === 0 ? block : [BLANK, ...block], page));
}

function missionRows(mission: MissionState, page: Page, focus: Focus | null): (Row | Line)[] {
  const milestones = mission.milestones.filter(({ id }) => !focus?.milestone || focus.milestone === id);
  const rows = milestones.flatMap((milestone) => milestoneRows(mission, milestone, page, focus));
  const isTold = focus === null && mission.milestones.some((milestone) => tellsWhy(milestone, mission));
  return [...renderMissionHead(mission, page, { isTold }), ...(rows.length > 0 ? [BLANK, ...rows] : [])];
}

/** A part that is why its mission does not move says so in its own line. */
function tellsWhy(milestone: MilestoneState, { condition: { next } }: MissionState): boolean {
  return next !== null && [milestone, ...milestone.features].some(({ condition }) => condition.next === next);
}

function milestoneRows(mission: MissionState, milestone: MilestoneState, page: Page, focus: Focus | null): Row[] {
  const keeps = focus?.keeps;
  const features = keeps ? milestone.features.filter((feature) => keeps(feature)) : milestone.features;
  if (keeps && features.length === 0) return [];
  const isOpen = focus !== null || milestone.id === mission.current || features.some(isMoving);
  return [
    milestoneRow(mission, milestone, page),
    ...(isOpen ? features : []).map((feature) => featureRow(mission, feature, page)),
  ];
}

function milestoneRow(mission: MissionState, milestone: MilestoneState, page: Page): Row {
  const { features, status, condition, document } = milestone;
  const counted = features.filter((feature) => feature.status !== "cancelled");
  const done = counted.filter((feature) => feature.status === "done").length;
  const cost = sumCosts(features.map((feature) => feature.cost));
  const facts = dotted(
    span(document.title, isQuiet(status) ? "quiet" : "strong"),
    span(`${done} of ${counted.length} done`, "quiet"),
    span(moneyText(cost), "quiet"),
  );
  const cells = [statusWord(status), span(thingName(mission.id, milestone.id), isQuiet(status) ? "quiet" : "plain")];
  if (!["blocked", "needs_input", "failed", "held", "validating"].includes(status))
    return { cells, text: facts, fit: "cut" };
  const step = nextFor(mission, condition);
  const next = step === null ? [] : [nextStep(step)];
  return { cells, text: facts, fit: "cut", below: [conditionText(condition, mission, page), ...next] };
}

/** One feature. What a person must look at says why first and what to type below it. */
export function featureRow(mission: MissionState, feature: FeatureState, page: Page): Row {
  const name = thingName(mission.id, feature.id);
  const quiet = isQuiet(feature.status);
  const row = { depth: 1, cells: [statusWord(feature.status), span(name, quiet ? "quiet" : "plain")] };
  if (feature.status === "blocked" || feature.status === "needs_input") {
    const next = nextFor(mission, feature.condition) ?? `mission show ${name}`;
    return {
      ...row,
      text: conditionText(feature.condition, mission, page, feature.cost),
      fit: "wrap",
      below: [nextStep(next)],
    };
  }
  const { next } = feature.condition;
  return {
    ...row,
    ...((feature.status === "ready" || isUnplayed(feature)) && next !== null ? { below: [nextStep(next)] } : {}),
    text: dotted(span(feature.document.title, quiet ? "quiet" : "plain"), ...progress(mission, feature, page)),
    fit: isUnplayed(feature) ? "wrap" : "cut",
  };
}

function progress(mission: MissionState, feature: FeatureState, page: Page): Span[] {
  const cost = span(moneyText(feature.cost), "quiet");
  const why = conditionText(feature.condition, mission, page)
    .map(({ text }) => text)
    .join("");
  switch (feature.status) {
    case "done":
      return [cost];
    case "in_progress":
      return [
        span(feature.attempt > 1 ? `attempt ${feature.attempt}` : "", "quiet"),
        span(runningFor(feature.live, page), "quiet"),
        cost,
      ];
    case "review":
      return [
        span(reviewText(mission, feature, page) ?? (isUnplayed(feature) ? why : feature.condition.message), "quiet"),
        cost,
      ];
    case "ready":
      return [span(feature.condition.message === "ready" ? "" : why, "quiet"), cost];
    case "backlog":
      return [span(feature.condition.message, "quiet")];
    default:
      return [];
  }
}

/** A gate or review of it that runs now. */
function reviewText(mission: MissionState, feature: FeatureState, page: Page): string | null {
  const run = mission.liveRuns.find(
    ({ claim: { fact } }) =>
      fact.about.kind === "features" && fact.about.features.some((part) => part.feature === feature.id),
  );
  return run ? `${run.claim.fact.runKind} ${runningFor(run, page)}` : null;
}

function runningFor(run: FeatureState["live"], page: Page): string {
  return run ? durationText(page.now - run.claim.record.at) : "";
}

function overRow(mission: MissionState): Row {
  const usd = span(moneyText(spentMoney(mission.budget.usd)), "quiet");
  return {
    cells: [statusWord(mission.status), span(mission.id)],
    text: dotted(span(mission.title, "quiet"), usd),
    fit: "cut",
  };
}

/** Who is to work on it, or to judge it, can't before a person has seen to an account or a model. */
function isUnplayed({ condition }: FeatureState): boolean {
  return condition.code === "provider";
}

function isMoving({ status }: FeatureState): boolean {
  return ["in_progress", "review", "needs_input"].includes(status);
}

function isQuiet(status: string): boolean {
  return ["done", "cancelled", "backlog", "pending", "passed"].includes(status);
}
