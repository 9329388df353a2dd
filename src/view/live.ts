/** A frame of the live view: what runs and since when, what it costs, what waits for a person, what happened last. */

import { thingName } from "../model/ids.ts";
import { RECORD_KINDS } from "../model/record.ts";
import type { MissionState, State } from "../model/state.ts";
import { waitingRow } from "./inbox.ts";
import { type LogEntry, listLog } from "./log.ts";
import { progressOf } from "./mission-head.ts";
import { budgetTexts } from "./money.ts";
import type { Page } from "./page.ts";
import { listLiveRuns, liveRunRow, type Spending } from "./runs.ts";
import { shortHashes } from "./short-hash.ts";
import { dotted, gap, span } from "./span.ts";
import { missionWord } from "./status-word.ts";
import { BLANK, heading, type Line, paragraph, type Row, renderTable } from "./table.ts";
import { clockText, durationText, momentText } from "./time.ts";
import { listWaiting } from "./waiting.ts";
import { haltLines } from "./where.ts";

const BAR = 24;
const LONGEST_KIND = Math.max(...RECORD_KINDS.map((kind) => kind.length));
const OVER = ["completed", "cancelled", "gone"];

export interface LiveOptions {
  /** Missions shown; null shows all that are not over. */
  missions: readonly string[] | null;
  /** Lines of the screen; the frame leaves the last one free. */
  rows: number;
  /** The last line, such as what Ctrl-C does. */
  footer: string;
  /** Lines above it, such as what could not be done. */
  notes?: readonly string[];
  spending?: Spending;
}

/** Fills the screen from the top: missions, what waits, what runs, and last events in the room that is left. */
export function renderLive(
  state: State,
  page: Page,
  { missions, rows, footer, notes = [], spending }: LiveOptions,
): string[] {
  const shown = state.missions.filter(({ id, status }) => missions?.includes(id) ?? !OVER.includes(status));
  const part: State = { ...state, missions: shown };
  const room = rows - 1;
  const head = renderTable(
    [
      ...shown.flatMap((mission, index) => [...(index > 0 ? [BLANK] : []), ...missionLines(mission)]),
      ...haltLines(state),
    ],
    page,
  );
  const foot = ["", ...notes, page.paint.quiet(`${clockText(page.now, page)}  ${footer}`)];
  const middle = room - head.length - foot.length;
  const running = section(
    "Running",
    listLiveRuns(part).map((run) => liveRunRow(run, state, page, spending)),
    page,
  );
  const waiting = section(
    "Needs you",
    listWaiting(part).map((one): Row => ({ ...waitingRow(one, page), fit: "cut" })),
    page,
  );
  const soon = section("Soon", soonRows(shown, page), page);
  const kept = [
    ...limit(running, Math.max(4, Math.floor(middle / 2)), page),
    ...limit(soon, Math.max(4, Math.floor(middle / 4)), page),
    ...limit(waiting, Math.max(4, Math.floor(middle / 2)), page),
  ];
  const left = middle - kept.length - 2;
  const events = left > 0 ? section("Last", eventRows(shown, page, left), page) : [];
  return [...[...head, ...kept, ...events].slice(0, room - foot.length), ...foot];
}

/** An event as one line, for a log without a terminal. */
export function renderEvent(entry: LogEntry, page: Page): string {
  const words = [
    span(clockText(entry.at, page), "quiet"),
    gap(),
    // Events come one by one, and their columns should stand below one another all the same.
    { ...span(entry.kind), text: entry.kind.padEnd(LONGEST_KIND) },
    gap(),
    span(shortAbout(entry.about)),
    gap(),
    span(shortHashes(entry.text)),
  ];
  return renderTable([paragraph(...words)], page).join("\n");
}

function missionLines(mission: MissionState): Line[] {
  const { done, total } = progressOf(mission);
  const filled = total === 0 ? 0 : Math.floor((done / total) * BAR);
  const facts = dotted(missionWord(mission), span(`${done} of ${total} done`), ...budgetTexts(mission.budget));
  return [
    heading(span(mission.id, "strong"), gap(), span(mission.title)),
    paragraph(span("━".repeat(filled), "good"), span("─".repeat(BAR - filled), "quiet"), gap(), ...facts),
  ];
}

/** What the clock alone will move: without it a frame in which nothing runs would look as if nothing will. */
function soonRows(missions: readonly MissionState[], page: Page): Row[] {
  return missions.flatMap((mission) =>
    mission.milestones
      .flatMap(({ features }) => features)
      .flatMap(({ id, status, condition: { until, message } }): Row[] => {
        if (status !== "ready" || until === null || until <= page.now) return [];
        const cells = [span(`in ${durationText(until - page.now)}`, "quiet"), span(thingName(mission.id, id))];
        return [{ cells, text: [span(message, "quiet")], fit: "cut" }];
      }),
  );
}

function eventRows(missions: readonly MissionState[], page: Page, count: number): Row[] {
  const entries = missions.flatMap((mission) => listLog(mission, count));
  const last = entries.sort((a, b) => a.at - b.at).slice(-count);
  return last.map((entry) => ({
    cells: [span(momentText(entry.at, page), "quiet"), span(entry.kind), span(shortAbout(entry.about))],
    text: [span(shortHashes(entry.text), "quiet")],
    fit: "cut",
  }));
}

function shortAbout(about: readonly string[]): string {
  return about.length > 1 ? `${about[0]} +${about.length - 1}` : (about[0] ?? "");
}

function section(title: string, rows: readonly Row[], page: Page): string[] {
  return rows.length === 0 ? [] : ["", ...renderTable([heading(span(title, "strong")), ...rows], page)];
}

function limit(lines: readonly string[], count: number, page: Page): string[] {
  if (lines.length <= count) return [...lines];
  return [...lines.slice(0, count - 1), page.paint.quiet(`  … ${lines.length - count + 1} more lines`)];
}
