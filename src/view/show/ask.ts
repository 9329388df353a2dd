import { thingName } from "../../model/ids.ts";
import type { AskEntry } from "../../model/ledger.ts";
import type { MissionState } from "../../model/state.ts";
import { nextStep } from "../condition.ts";
import type { Page } from "../page.ts";
import { shortHashes } from "../short-hash.ts";
import { gap, span } from "../span.ts";
import { BLANK, heading, paragraph, renderTable } from "../table.ts";
import { dateText, durationText, isoText } from "../time.ts";
import { askNext } from "../waiting.ts";
import { factRow, proseLines } from "./sections.ts";

/** What a person is asked, what the answer is bound to, and the answer if there is one. */
export function renderAsk(mission: MissionState, ask: AskEntry, page: Page): string[] {
  const { asked, answered, number } = ask;
  const head = [
    heading(
      span(`${mission.id}/q${number}`, "strong"),
      gap(),
      span(`${asked.fact.ask} about ${aboutOf(mission, ask)}`),
    ),
    ...(isOpen(mission, ask) ? [paragraph(...nextStep(nextHere(mission, ask)))] : []),
    BLANK,
    ...factRow(
      "asked",
      dateText(asked.record.at, page),
      isOpen(mission, ask) ? `${durationText(page.now - asked.record.at)} ago` : null,
    ),
    ...factRow("risk", asked.fact.risk),
    ...factRow("bound to", shortHashes(asked.fact.boundTo)),
    ...factRow(
      "answer",
      stateOf(mission, ask),
      answered?.record.author.name ?? null,
      answered ? dateText(answered.record.at, page) : null,
    ),
  ];
  const words = answered?.record.body.trim() ?? "";
  return [
    ...renderTable(head, page),
    "",
    ...proseLines(asked.record.body, page),
    ...(words === "" ? [] : ["", page.paint.strong("Answer"), ...proseLines(words, page)]),
  ];
}

/** `mission show crm/q7 --json`. */
export function askPageJson(mission: MissionState, ask: AskEntry) {
  const { fact, record } = ask.asked;
  const { answered } = ask;
  return {
    schema: 1,
    kind: "ask",
    id: `${mission.id}/q${ask.number}`,
    ask: fact.ask,
    about: aboutOf(mission, ask),
    risk: fact.risk,
    bound_to: fact.boundTo,
    since: isoText(record.at),
    text: record.body.trim(),
    open: isOpen(mission, ask),
    next: isOpen(mission, ask) ? askNext(mission, ask) : null,
    answer: answered
      ? {
          decision: answered.fact.decision,
          by: answered.record.author.name,
          at: isoText(answered.record.at),
          text: answered.record.body.trim(),
        }
      : null,
  };
}

/** What to type from this page on. */
function nextHere(mission: MissionState, ask: AskEntry): string {
  return askNext(mission, ask).replace(`mission show ${mission.id}/q${ask.number}, then `, "");
}

function aboutOf(mission: MissionState, { asked }: AskEntry): string {
  return thingName(mission.id, asked.fact.about === "final" ? null : asked.fact.about);
}

/** An ask without an answer is closed when what it was bound to has changed. */
function isOpen(mission: MissionState, { number }: AskEntry): boolean {
  return mission.openAsks.some((open) => open.number === number);
}

function stateOf(mission: MissionState, ask: AskEntry): string {
  if (ask.answered) return ask.answered.fact.decision;
  return isOpen(mission, ask) ? "open" : "closed: what it was about has changed";
}
