/** What follows from a story, as the texts that are kept beside it. */

import type { Decision } from "../../src/model/decision.ts";
import { checkLabel } from "../../src/model/documents.ts";
import type { AskedCheck } from "../../src/model/run.ts";
import type { Condition, FeatureState, MilestoneState, MissionState, State } from "../../src/model/state.ts";
import { renderBoard } from "../../src/view/board.ts";
import { plainPaint } from "../../src/view/paint.ts";
import { minuteOf, type Story } from "./read-story.ts";

const WIDTH = 100;

export function tellState(state: State, story: Story): string {
  const told = {
    idle: state.idle,
    until: minutes(state.until),
    missions: state.missions.map(tellMission),
    losses: state.losses.map(({ run, how }) => `${run.run} ${how}`),
    findings: state.findings.map(({ file, line, severity, code }) => `${severity} ${code} ${file}:${line}`),
  };
  return printJson(story.toText(told));
}

export function tellDecisions(decisions: readonly Decision[], story: Story): string {
  return printJson(story.toText(decisions.map(tellDecision)));
}

export function tellBoard(state: State): string {
  const page = { width: WIDTH, paint: plainPaint, now: state.at, zone: () => 0 };
  return `${renderBoard(state, page)
    .map((line) => line.trimEnd())
    .join("\n")}\n`;
}

function tellMission(mission: MissionState) {
  const { id, status, condition, held, unjudged, current, milestones, openAsks, budget } = mission;
  const { alerts, exhausted } = budget;
  return {
    id,
    status,
    condition: tellCondition(condition),
    ...(unjudged ? { unjudged: tellCondition(unjudged) } : {}),
    held,
    current,
    budget: { alerts, exhausted },
    milestones: milestones.map(tellMilestone),
    asks: openAsks.map(({ number, asked: { fact } }) => `q${number} ${fact.ask} ${fact.about ?? "mission"}`),
    runs: [...mission.ledger.runs.values()].map(({ run, ended }) => `${run} ${ended?.fact.outcome ?? "live"}`),
  };
}

function tellMilestone({ id, status, condition, round, features }: MilestoneState) {
  return { id, status, condition: tellCondition(condition), round, features: features.map(tellFeature) };
}

function tellFeature({ id, status, column, condition, attempt, round, head }: FeatureState) {
  return { id, status, column, condition: tellCondition(condition), attempt, round, head };
}

function tellCondition({ code, message, evidence, until, next }: Condition) {
  return { code, message, evidence, until: minutes(until), next };
}

function minutes(moment: number | null): number | null {
  return moment === null ? null : minuteOf(moment);
}

/** The tip is the last record; a check is its label, a verdict its record. */
function tellDecision(decision: Decision): object {
  const { tip: _, ...told } = decision as Decision & { tip?: string | null };
  return {
    ...told,
    ...("checks" in decision ? { checks: decision.checks.map(tellCheck) } : {}),
    ...("verdict" in decision ? { verdict: decision.verdict?.record.id ?? null } : {}),
    ...("fixes" in decision
      ? { fixes: decision.fixes.map(({ checks, ...fix }) => ({ ...fix, checks: checks.map(checkLabel) })) }
      : {}),
  };
}

function tellCheck({ check, assertion }: AskedCheck): string {
  return assertion === null ? checkLabel(check) : `${assertion}: ${checkLabel(check)}`;
}

/** What fits on a line stays on one, as the formatter has it. */
function printJson(value: unknown): string {
  return `${printValue(value, "", 0)}\n`;
}

const LINE = 120;

function printValue(value: unknown, indent: string, before: number): string {
  const flat = printFlat(value);
  const isList = Array.isArray(value);
  const parts = isList ? value : value !== null && typeof value === "object" ? Object.entries(value) : null;
  if (parts === null || parts.length === 0 || indent.length + before + flat.length + 1 <= LINE) return flat;
  const inner = `${indent}  `;
  const lines = isList
    ? value.map((each) => inner + printValue(each, inner, 0))
    : Object.entries(value as object).map(([key, each]) => {
        const name = `${JSON.stringify(key)}: `;
        return inner + name + printValue(each, inner, name.length);
      });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

function printFlat(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printFlat).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${printFlat(each)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
