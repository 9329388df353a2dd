/** `mission` alone: where am I, what needs me, what is next. At most a screen. */

import type { MissionState, State } from "../model/state.ts";
import { nextStep } from "./condition.ts";
import { waitingRow } from "./inbox.ts";
import { progressOf } from "./mission-head.ts";
import { briefBudget } from "./money.ts";
import type { Page } from "./page.ts";
import { listLiveRuns, liveRunRow, NOTHING_KNOWN, type Spending } from "./runs.ts";
import { dotted, gap, type Span, span } from "./span.ts";
import { missionWord } from "./status-word.ts";
import { BLANK, heading, type Line, paragraph, type Row, renderTable } from "./table.ts";
import { listWaiting, type Waiting } from "./waiting.ts";

const OVER = ["completed", "cancelled", "gone"];
/** Lines of a section where not all fits, before the line that says how many more there are. */
const FEW = 3;

/** `rows` is the height of the screen; what does not fit is counted, with the command that shows it. */
export function renderWhere(state: State, page: Page, rows: number, spending: Spending = NOTHING_KNOWN): string[] {
  const waiting = listWaiting(state);
  const next = nextCommand(state, waiting);
  for (let limit = 8; limit >= 1; limit--) {
    const lines = renderTable(sections(state, { page, spending, waiting, next, limit }), page);
    if (lines.length < rows || limit === 1) return lines.slice(0, Math.max(1, rows - 1));
  }
  return [];
}

/** The one thing to type: what a person must answer, else what makes it go on. */
export function nextCommand(state: State, waiting: readonly Waiting[] = listWaiting(state)): string {
  const open = state.missions.filter(({ status }) => !OVER.includes(status));
  if (state.missions.length === 0) return 'mission new "what you want to have"';
  if (state.stopped) return "mission resume --all";
  if (waiting.length > FEW) return "mission inbox";
  const [first] = waiting;
  if (first) return first.next;
  const planned = open.find(({ status }) => status === "planning");
  const moving = open.find(({ status }) => status !== "planning" && status !== "paused");
  const paused = open.find(({ status }) => status === "paused");
  if (moving) return `mission run${open.length > 1 ? ` ${moving.id}` : ""}`;
  if (planned) return planned.condition.next ?? `mission run ${planned.id}`;
  if (paused) return paused.condition.next ?? `mission resume ${paused.id}`;
  return "mission report";
}

interface Sections {
  page: Page;
  spending: Spending;
  waiting: readonly Waiting[];
  next: string;
  limit: number;
}

function sections(state: State, { page, spending, waiting, next, limit }: Sections): (Row | Line)[] {
  const live = listLiveRuns(state);
  const open = state.missions.filter(({ status }) => !OVER.includes(status));
  const over = state.missions.length - open.length;
  const missions = limited(open, Math.max(limit, FEW), "mission status").map((mission) =>
    "id" in mission ? missionRow(mission) : mission,
  );
  return [
    ...missions,
    ...(over > 0
      ? [heading(gap(), span(`${over} ${over === 1 ? "mission is" : "missions are"} over: mission status`, "quiet"))]
      : []),
    ...(state.missions.length === 0 ? [heading(span("There is no mission here yet."))] : []),
    ...haltLines(state),
    ...section(
      "Needs you",
      limited(waiting, limit, "mission inbox").map((one) => ("name" in one ? waitingRow(one, page) : one)),
    ),
    ...section(
      "Running",
      limited(live, limit, "mission watch").map((one) => ("run" in one ? liveRunRow(one, state, page, spending) : one)),
    ),
    BLANK,
    paragraph(span("Next", "strong"), gap(), ...nextStep(next).slice(1)),
  ];
}

function missionRow(mission: MissionState): Row {
  const { done, total } = progressOf(mission);
  const current = mission.milestones.findIndex(({ id }) => id === mission.current);
  const milestone = current < 0 ? "" : `milestone ${current + 1} of ${mission.milestones.length}`;
  const budget = mission.status === "planning" ? [] : [span(briefBudget(mission.budget), "quiet")];
  const facts = dotted(span(`${done} of ${total} done`), span(milestone, "quiet"), ...budget);
  return {
    cells: [span(mission.id, "strong"), missionWord(mission)],
    text: [span(mission.title)],
    fit: "cut",
    below: [facts],
  };
}

/** Why nothing moves on this host at all. */
export function haltLines(state: State): Line[] {
  if (state.stopped)
    return [
      BLANK,
      paragraph(span("Everything is stopped. ", "bad"), span("mission resume --all", "command"), span(" lifts it.")),
    ];
  return state.idle === null ? [] : [BLANK, paragraph(span("This host starts nothing: ", "waiting"), span(state.idle))];
}

function section(title: string, rows: readonly (Row | Line)[]): (Row | Line)[] {
  return rows.length === 0 ? [] : [BLANK, heading(span(title, "strong")), ...rows];
}

function limited<T>(items: readonly T[], limit: number, command: string): (T | Line)[] {
  if (items.length <= limit) return [...items];
  const more: Span[] = [gap(), span(`and ${items.length - limit} more: `, "quiet"), span(command, "command")];
  return [...items.slice(0, limit), heading(...more)];
}
