/** The first lines about a mission: what it is, how far, at what cost, and why it does not move. */

import type { Condition, MissionState } from "../model/state.ts";
import { conditionText, nextStep } from "./condition.ts";
import { budgetTexts } from "./money.ts";
import type { Page } from "./page.ts";
import { dotted, gap, type Span, span } from "./span.ts";
import { missionWord } from "./status-word.ts";
import { heading, type Line, paragraph } from "./table.ts";
import { nextFor } from "./waiting.ts";

const SAYS_WHY = ["blocked", "paused", "planning", "gone", "validating"];

export interface Progress {
  done: number;
  total: number;
}

/** Features that are done, of those that are not cancelled. */
export function progressOf(mission: MissionState): Progress {
  const features = mission.milestones
    .flatMap((milestone) => milestone.features)
    .filter(({ status }) => status !== "cancelled");
  return { done: features.filter(({ status }) => status === "done").length, total: features.length };
}

/** `isTold`: what follows says why it does not move. */
export function renderMissionHead(mission: MissionState, page: Page, { isTold = false } = {}): Line[] {
  const { done, total } = progressOf(mission);
  const budget = mission.status === "planning" ? [] : budgetTexts(mission.budget);
  const facts = dotted(missionWord(mission), `${done} of ${total} done`, ...budget, alertSpan(mission));
  return [
    heading(span(mission.id, "strong"), gap(), span(mission.title)),
    paragraph(...facts),
    ...[...(isTold ? [] : whyLines(mission, page)), ...findingLines(mission)].map((line) => paragraph(...line)),
  ];
}

/** Why the mission as a whole does not move; nothing while it does. */
function whyLines(mission: MissionState, page: Page): (readonly Span[])[] {
  const { condition, status, held } = mission;
  const isGated = mission.unjudged !== null && status === "validating";
  const why = SAYS_WHY.includes(status) && !isGated ? [conditionText(condition, mission, page)] : [];
  const step = nextFor(mission, condition);
  const next = why.length > 0 && step !== null ? [nextStep(step)] : [];
  const unjudged =
    mission.unjudged && mission.condition.code !== mission.unjudged.code
      ? unjudgedLines(mission, mission.unjudged, page)
      : [];
  const halted = held !== null && why.length === 0 ? [[span(`nothing new starts: ${held}`, "waiting")]] : [];
  return [...why, ...next, ...unjudged, ...halted];
}

/** Home has code of a person that has not passed. */
function unjudgedLines(mission: MissionState, unjudged: Condition, page: Page): (readonly Span[])[] {
  const step = nextFor(mission, unjudged);
  return [conditionText(unjudged, mission, page), ...(step === null ? [] : [nextStep(step)])];
}

function findingLines({ findings, path }: MissionState): Span[][] {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (errors === 0) return [];
  const count = errors === 1 ? "1 error in its files: " : `${errors} errors in its files: `;
  return [[span(count, "bad"), span(`mission check ${path}`, "command")]];
}

function alertSpan({ budget }: MissionState): Span | null {
  const reached = Math.max(0, ...budget.alerts);
  if (reached === 0) return null;
  return reached >= 100 ? span("budget used up", "bad") : span(`over ${reached} % of the budget`, "waiting");
}
