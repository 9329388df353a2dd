/** What the demo says before and after the live view. */

import { plainText } from "../../format/plain-text.ts";
import type { MissionState, State } from "../../model/state.ts";
import type { Page } from "../../view/page.ts";
import { span } from "../../view/span.ts";
import { paragraph, type Row, renderTable } from "../../view/table.ts";
import type { OwnTests } from "./demo-tests.ts";

/** What the demo came to. */
export interface DemoEnd {
  folder: string;
  stateFolder: string;
  mission: MissionState;
  state: State;
  isInterrupted: boolean;
  /** null when the mission was not completed. */
  tests: OwnTests | null;
  tookMs: number;
}

export function beginLines(folder: string, page: Page): string[] {
  return [
    ...prose(`A mission makes a small library in ${folder}.`, page),
    ...prose(
      "All of it is real but the agents: they play recordings, so no model is asked, and the costs shown are recorded too.",
      page,
    ),
    "",
  ];
}

export function signLines(ask: string, page: Page): string[] {
  return [
    "",
    ...prose("A signature is a person's. The demo now gives it as you would:", page),
    typed(`mission approve ${ask}`, page),
  ];
}

export function endLines({ folder, stateFolder, mission, tests, tookMs }: DemoEnd, page: Page): string[] {
  const features = mission.milestones.flatMap((milestone) => milestone.features);
  const landed = features.filter(({ status }) => status === "done");
  const retried = landed.filter(({ attempt }) => attempt > 1);
  const fixes = landed.filter(({ document }) => document.fixes.length > 0);
  const seconds = Math.round(tookMs / 1000);
  const hints: Row[] = [
    hint(`cd ${quoted(folder)}`, ""),
    hint("git log --graph --oneline", "one commit for each feature"),
    hint("mission log", "all that happened, in order"),
    hint("mission report", "what it came to and what it cost"),
  ];
  return [
    "",
    ...prose(
      `${mission.id} is ${mission.status} after ${seconds} s. ${landed.length} features landed: ${retried.length} at its second attempt, ${fixes.length} as the fix of what a validation found. A fresh clone passes its own ${tests?.passed ?? 0} tests.`,
      page,
    ),
    "",
    page.paint.strong("Look around"),
    ...renderTable(hints, page),
    "",
    page.paint.strong("Throw it away"),
    typed(`rm -rf ${quoted(folder)} ${quoted(stateFolder)}`, page),
  ];
}

export function unfinishedLines({ folder, mission, tests, isInterrupted }: DemoEnd, page: Page): string[] {
  const why = isInterrupted
    ? "The demo was ended before its time."
    : tests
      ? `What landed fails its own tests: ${tests.failed} failed, ${tests.passed} passed.`
      : `The demo did not come to its end: ${mission.id} is ${mission.status}, ${mission.condition.message}.`;
  const output = tests && !isInterrupted ? plainText(tests.output).split("\n").map(page.paint.quiet) : [];
  const hints = [hint(`cd ${quoted(folder)}`, ""), hint("mission", "where it stands and what is next")];
  return ["", ...prose(why, page), ...output, ...renderTable(hints, page)];
}

function prose(text: string, page: Page): string[] {
  return renderTable([paragraph(span(text))], page);
}

function hint(command: string, about: string): Row {
  return { cells: [span(command, "command")], text: [span(about, "quiet")], fit: "cut" };
}

/** Not wrapped: it is there to be copied. */
function typed(command: string, { paint }: Page): string {
  return `  ${paint.command(plainText(command))}`;
}

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
