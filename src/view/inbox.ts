/** What waits for a person, each with the one step that answers it. */

import type { State } from "../model/state.ts";
import { conditionText, nextStep } from "./condition.ts";
import type { Page } from "./page.ts";
import { shortHashes } from "./short-hash.ts";
import { dotted, type Look, type Span, span } from "./span.ts";
import { BLANK, type Line, type Row, renderTable } from "./table.ts";
import { durationText, isoText } from "./time.ts";
import { listWaiting, type Waiting } from "./waiting.ts";

/** `{ schema, at, waiting }` of `mission inbox --json`. */
export interface InboxJson {
  schema: 1;
  at: string;
  waiting: readonly {
    id: string;
    mission: string;
    kind: string;
    about: string;
    risk: string | null;
    text: string;
    since: string | null;
    next: string;
  }[];
}

const KIND_LOOKS: Readonly<Record<string, Look>> = { blocked: "bad" };

/** All of it, with the whole text of each ask. */
export function renderInbox(state: State, page: Page): string[] {
  const waiting = listWaiting(state);
  if (waiting.length === 0) return [page.paint.quiet("Nothing waits for a person.")];
  const rows = waiting.flatMap((one, index): (Row | Line)[] => [
    ...(index === 0 ? [] : [BLANK]),
    waitingRow(one, page, textLines(one)),
  ]);
  return renderTable(rows, page);
}

/** One entry. `lines` are what follows the first line of its text. */
export function waitingRow(waiting: Waiting, page: Page, lines: readonly string[] = []): Row {
  const { condition, mission, cost } = waiting;
  return {
    cells: [span(waiting.name), span(waiting.kind, KIND_LOOKS[waiting.kind] ?? "waiting")],
    text: condition ? [...conditionText(condition, mission, page, cost), ...alsoSpan(waiting)] : askText(waiting, page),
    fit: "wrap",
    below: [...lines.map((line) => [span(line)]), nextStep(waiting.next)],
  };
}

/** What it is about comes first, unless its own words say so. */
function askText({ text, about, risk, since }: Waiting, page: Page): Span[] {
  const words = shortHashes(text.split("\n")[0] ?? "");
  const told = words.includes(about) ? words : `${about}: ${words}`;
  const age = since === null ? "" : durationText(page.now - since);
  return dotted(riskSpan(risk), span(told), span(age, "quiet"));
}

export function inboxJson(state: State): InboxJson {
  return {
    schema: 1,
    at: isoText(state.at),
    waiting: listWaiting(state).map(({ name, mission, kind, about, risk, text, since, next }) => {
      return {
        id: name,
        mission: mission.id,
        kind,
        about,
        risk,
        text,
        since: since === null ? null : isoText(since),
        next,
      };
    }),
  };
}

function alsoSpan({ also }: Waiting): Span[] {
  return also === 0 ? [] : [span(` (and ${also} more)`, "quiet")];
}

function riskSpan(risk: string | null): Span | null {
  return risk === null ? null : span(`${risk} risk`, risk === "red" ? "bad" : risk === "yellow" ? "waiting" : "good");
}

function textLines({ ask, text }: Waiting): string[] {
  return ask
    ? text
        .split("\n")
        .slice(1)
        .filter((line) => line.trim() !== "")
    : [];
}
