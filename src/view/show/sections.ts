/** The parts that pages of features, milestones, missions and runs are made of. */

import { plainText } from "../../format/plain-text.ts";
import type { AskEntry, Entry, RunEntry } from "../../model/ledger.ts";
import type { Comment, LedgerRecord, RunEnded } from "../../model/record.ts";
import type { Condition, Cost, MissionState } from "../../model/state.ts";
import { nextStep } from "../condition.ts";
import { runCost } from "../cost-share.ts";
import { costText, countText, moneyText } from "../money.ts";
import type { Page } from "../page.ts";
import { shortRun } from "../run-name.ts";
import { dotted, gap, type Look, paintSpans, type Span, span, wrapSpans } from "../span.ts";
import { BLANK, heading, type Line, paragraph, type Row } from "../table.ts";
import { dateText, durationText } from "../time.ts";
import { askNext, nextFor } from "../waiting.ts";

export type Rows = (Row | Line)[];

export const RESULT_LOOKS: Readonly<Record<string, Look>> = {
  passed: "good",
  delivered: "good",
  "nothing-to-do": "good",
  failed: "bad",
  conflict: "bad",
  lost: "bad",
  policy: "bad",
  question: "waiting",
  inconclusive: "waiting",
  unchecked: "waiting",
};

/** A page's first lines: name, title, and why its status is what it is. */
export function titleRows(
  mission: MissionState,
  name: string,
  title: string,
  status: Span,
  condition: Condition,
): Rows {
  const step = nextFor(mission, condition);
  const why = [paragraph(...dotted(status, span(condition.message)))];
  const next = step === null ? [] : [paragraph(...nextStep(step))];
  return [heading(span(name, "strong"), gap(), span(title)), ...why, ...next];
}

/** A name and its value; nothing where the value is empty. */
export function factRow(name: string, ...values: readonly (Span | string | null)[]): Row[] {
  const text = dotted(...values);
  return text.length === 0 ? [] : [{ cells: [span(name, "quiet")], text, fit: "wrap" }];
}

export function section(title: string, rows: Rows): Rows {
  return rows.length === 0 ? [] : [BLANK, heading(span(title, "strong")), ...rows];
}

/** Markdown as it was written, indented, lines that are too long wrapped. */
export function proseLines(text: string, page: Page): string[] {
  const lines = plainText(text).replaceAll("\t", "  ").trim().split("\n");
  return lines.flatMap((line) => {
    const indent = `  ${/^ */.exec(line)?.[0] ?? ""}`;
    const words = span(line.trim(), /^#{1,6} /.test(line) ? "strong" : "plain");
    if (words.text === "") return [""];
    return wrapSpans([words], Math.max(20, page.width - indent.length)).map(
      (part) => indent + paintSpans(part, page.paint),
    );
  });
}

/** Runs, oldest first. */
export function runRows(runs: readonly RunEntry[], page: Page): Rows {
  return runs.map((run) => {
    const { claim, ended } = run;
    const outcome = ended?.fact.outcome ?? "running";
    const facts = dotted(
      span(dateText(claim.record.at, page)),
      span(durationText((ended?.record.at ?? page.now) - claim.record.at)),
      span(moneyOf(run)),
      span(programOf(ended), "quiet"),
      span(`on ${claim.fact.host}`, "quiet"),
    );
    const words = ended?.record.body.trim().split("\n")[0] ?? "";
    return {
      cells: [
        span(shortRun(run)),
        span(claim.fact.runKind),
        span(outcome, RESULT_LOOKS[outcome] ?? (ended ? "plain" : "moving")),
      ],
      text: facts,
      fit: "wrap",
      below: words === "" ? [] : [[span(words)]],
    };
  });
}

/** Asks, answers and comments in the order in which they were said. */
export function threadRows(
  mission: MissionState,
  asks: readonly AskEntry[],
  comments: readonly Entry<Comment>[],
  page: Page,
): Rows {
  const said: { position: number; record: LedgerRecord; word: string; next?: string }[] = [
    ...comments.map(({ position, record }) => ({ position, record, word: "" })),
    ...asks.flatMap((ask) => [
      {
        position: ask.asked.position,
        record: ask.asked.record,
        word: `${ask.asked.fact.ask} q${ask.number}`,
        next: ask.answered ? "" : askNext(mission, ask),
      },
      ...(ask.answered
        ? [
            {
              position: ask.answered.position,
              record: ask.answered.record,
              word: `${ask.answered.fact.decision} q${ask.number}`,
            },
          ]
        : []),
    ]),
  ];
  const inOrder = said.sort((a, b) => a.position - b.position);
  return inOrder.map(({ record, word, next }) => {
    const lines = record.body
      .trim()
      .split("\n")
      .filter((line) => line.trim() !== "");
    const open = next ? [nextStep(next)] : [];
    return {
      cells: [span(dateText(record.at, page), "quiet"), span(record.author.name)],
      text: dotted(span(word, "waiting"), span(lines[0] ?? "")),
      fit: "wrap",
      below: [...lines.slice(1).map((line) => [span(line)]), ...open],
    };
  });
}

export function costRow(cost: Cost): Row[] {
  return factRow("cost", costText(cost));
}

export function programOf(ended: Entry<RunEnded> | null): string {
  return [ended?.fact.runtime, ended?.fact.model].filter((word) => word).join(" ");
}

function moneyOf(run: RunEntry): string {
  const cost = runCost(run);
  const { tokens } = cost;
  return [moneyText(cost), tokens > 0 ? `${countText(tokens)} tokens` : ""].filter((text) => text !== "").join(", ");
}
