/** Why something does not move and the one step that would move it: the line that a person reads most. */

import type { Condition, Cost, MissionState } from "../model/state.ts";
import { moneyText } from "./money.ts";
import type { Page } from "./page.ts";
import { shortRun } from "./run-name.ts";
import { type Span, span } from "./span.ts";
import { durationText, momentText } from "./time.ts";

const RUNS_SHOWN = 3;

/** The message with the runs that show it, what they cost and until when it holds. */
export function conditionText(
  condition: Condition,
  mission: MissionState,
  page: Page,
  cost: Cost | null = null,
): Span[] {
  const runs = condition.evidence.flatMap((id) => mission.ledger.runs.get(id) ?? []).map(shortRun);
  const names = runs.length > RUNS_SHOWN ? [...runs.slice(0, RUNS_SHOWN), `${runs.length - RUNS_SHOWN} more`] : runs;
  const shown = names.length > 0 ? `${runs.length > 1 ? "runs" : "run"} ${names.join(", ")}` : "";
  const proof = [shown, cost ? moneyText(cost) : ""].filter((text) => text !== "").join("; ");
  const times = timesText(condition, page);
  const when = times === "" ? "" : ` (${times})`;
  return [span(condition.message), span(proof ? ` (${proof})` : "", "quiet"), span(when, "quiet")].filter(
    ({ text }) => text !== "",
  );
}

/** `next: ` and what to type. Each command in it stays on one line where it fits. */
export function nextStep(commands: string): Span[] {
  // A comma stays with the command before it.
  const parts = commands.split(/( (?:then|or|and) (?=mission |git ))/);
  const spans = parts.map((part, index) => (index % 2 === 0 ? { ...span(part, "command"), whole: true } : span(part)));
  return [span("next: ", "quiet"), ...spans];
}

/** Since when and until when it holds, as far as that is known. */
function timesText({ since, until }: Condition, page: Page): string {
  const ends = until === null || until <= page.now ? null : until;
  if (since === undefined) return ends === null ? "" : untilText(ends, page);
  const again = ends === null ? "" : `, tried again in ${durationText(ends - page.now)}`;
  return `since ${momentText(since, page)}${again}`;
}

/** In how long where that is soon, else when. */
function untilText(until: number, page: Page): string {
  const left = until - page.now;
  return left < 3_600_000 ? `${durationText(left)} left` : `until ${momentText(until, page)}`;
}
