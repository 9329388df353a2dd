/** Decisions as lines: the dry run is these printed, and a pulse prints the same lines with what became of them. */

import { type Applied, DECISION_KINDS, type Decision } from "../model/decision.ts";
import { thingName } from "../model/ids.ts";
import { usdText } from "./money.ts";
import type { Page } from "./page.ts";
import { shortHashes } from "./short-hash.ts";
import { type Look, type Span, span } from "./span.ts";
import { type Row, renderTable } from "./table.ts";
import { durationText } from "./time.ts";

export interface DecisionJson {
  kind: Decision["kind"];
  mission: string | null;
  about: readonly string[];
  because: string;
}

const LONGEST_KIND = Math.max(...DECISION_KINDS.map((kind) => kind.length));
const APPLIED_LOOKS: Readonly<Record<Applied["kind"], Look>> = {
  done: "good",
  lost: "quiet",
  waits: "waiting",
  unreachable: "bad",
  failed: "bad",
};

/** What would be done, one line each. */
export function renderDecisions(decisions: readonly Decision[], page: Page): string[] {
  return renderTable(
    decisions.map((decision) => decisionRow(decision, [])),
    page,
  );
}

/** What was done or why not, one line. */
export function renderApplied(decision: Decision, applied: Applied, page: Page): string[] {
  return renderTable([decisionRow(decision, appliedSpans(decision, applied))], page);
}

export function decisionJson(decision: Decision): DecisionJson {
  return {
    kind: decision.kind,
    mission: "mission" in decision ? decision.mission : null,
    about: aboutOf(decision),
    because: decision.because,
  };
}

function decisionRow(decision: Decision, outcome: readonly Span[]): Row {
  const detail = detailOf(decision);
  const because = decision.because === "" ? "" : decision.because;
  const text = [
    span(detail),
    span(detail !== "" && because !== "" ? ": " : "", "quiet"),
    span(because, "quiet"),
    ...outcome,
  ];
  return {
    // Lines come one by one, and their columns should stand below one another all the same.
    cells: [
      { ...span(decision.kind, "strong"), text: decision.kind.padEnd(LONGEST_KIND) },
      span(aboutOf(decision).join(", ")),
    ],
    text: text.filter((piece) => piece.text !== ""),
    fit: "wrap",
  };
}

function appliedSpans({ because }: Decision, applied: Applied): Span[] {
  // Which ref somebody else had moved is of no use to a person: the next pass looks again.
  const words =
    applied.kind === "lost"
      ? "another process was first"
      : applied.kind === "done"
        ? applied.detail.replace(` (${because})`, "")
        : `${applied.kind}${applied.reason ? `: ${applied.reason}` : ""}`;
  return words === "" ? [] : [span(" → ", "quiet"), span(shortHashes(words), APPLIED_LOOKS[applied.kind])];
}

/** Names of the things that a decision is about, as a person types them. */
function aboutOf(decision: Decision): string[] {
  switch (decision.kind) {
    case "stop":
    case "withdraw":
    case "discard":
    case "recover":
    case "clean":
      return [decision.run];
    case "settle":
      return [...decision.runs];
    case "adopt":
    case "review":
    case "dispatch":
      return [thingName(decision.mission, decision.feature)];
    case "merge":
    case "validate":
    case "fix":
      return [milestoneName(decision.mission, decision.milestone)];
    case "land":
    case "gate":
    case "record":
      return decision.features.length > 0
        ? decision.features.map(({ feature }) => thingName(decision.mission, feature))
        : [milestoneName(decision.mission, "milestone" in decision ? decision.milestone : null)];
    case "ask":
      return [milestoneName(decision.mission, decision.ask.about)];
    case "begin":
    case "follow":
    case "complete":
      return [decision.mission];
  }
}

function detailOf(decision: Decision): string {
  switch (decision.kind) {
    case "dispatch":
      return `attempt ${decision.attempt} ${playedBy(decision)}`;
    case "review":
      return playedBy(decision);
    case "begin":
      return `on ${decision.home}`;
    case "ask":
      return decision.ask.ask;
    case "fix":
      return decision.fixes.map(({ id }) => id).join(", ");
    case "record":
      return decision.result;
    case "gate":
      return decision.purpose === "features" ? "" : decision.purpose;
    case "clean":
      return decision.what;
    default:
      return "";
  }
}

function playedBy({ role, runtime, reserve: { usd, minutes } }: Extract<Decision, { runtime: string }>): string {
  const limit = [usd > 0 ? usdText(usd) : "", minutes > 0 ? durationText(minutes * 60_000) : ""]
    .filter((text) => text !== "")
    .join(" and ");
  return `by ${role} on ${runtime}${limit ? `, at most ${limit}` : ""}`;
}

/** `final` is the end of the mission, which is named as the mission. */
function milestoneName(mission: string, milestone: string | null): string {
  return thingName(mission, milestone === "final" ? null : milestone);
}
