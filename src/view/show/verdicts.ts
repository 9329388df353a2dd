/** What judges said, with what they saw: of a check that an agent answered also for its yes. */

import type { Entry } from "../../model/ledger.ts";
import type { Verdict } from "../../model/record.ts";
import type { Page } from "../page.ts";
import { dotted, gap, type Span, span } from "../span.ts";
import { dateText } from "../time.ts";
import { RESULT_LOOKS, type Rows } from "./sections.ts";

/** Among other things; the page of a run has all of it. */
const MOST_LINES = 12;
const MOST_OF_A_CHECK = 6;

/** `whole`: nothing is left out. Otherwise what was seen is told of the last one, as far as it fits. */
export function verdictRows(verdicts: readonly Entry<Verdict>[], page: Page, whole = false): Rows {
  return verdicts.map(({ fact, record }, index) => {
    const facts = dotted(
      span(dateText(record.at, page)),
      span(fact.byRuntime === null ? "" : `by ${fact.byRuntime}`),
      span(`code tree ${fact.codeTree.slice(0, 10)}`, "quiet"),
      span(fact.override === null ? "" : `overridden: ${fact.override}`, "waiting"),
    );
    const isTold = whole || index === verdicts.length - 1;
    const room = (most: number) => ({ most: whole ? Number.POSITIVE_INFINITY : most, run: fact.run });
    const seen = isTold ? evidenceLines(record.body, room(MOST_OF_A_CHECK)) : [];
    return {
      cells: [span(fact.of), span(fact.result, RESULT_LOOKS[fact.result] ?? "plain")],
      text: facts,
      fit: "wrap",
      below: fact.of === "review" ? findingLines(record.body, room(MOST_LINES)) : [...checkLines(fact), ...seen],
    };
  });
}

interface Room {
  most: number;
  /** Whose page has the rest. */
  run: string | null;
}

/** What a reviewer found. */
function findingLines(body: string, { most, run }: Room): Span[][] {
  const lines = filled(body);
  return [...lines.slice(0, most).map((line) => [span(line)]), ...moreLines(lines.length - most, run)];
}

function checkLines({ checks, assertions }: Verdict): Span[][] {
  const parts = [
    ...checks.map(({ result, label }) => ({ result, label })),
    ...assertions.map(({ result, id }) => ({ result, label: id })),
  ];
  return parts.map(({ result, label }) => [span(result, RESULT_LOOKS[result] ?? "plain"), gap(), span(label)]);
}

/** The end of what each check printed, or its agent showed. */
function evidenceLines(body: string, { most, run }: Room): Span[][] {
  const [, ...blocks] = body.split(/^## /m);
  return blocks.flatMap((block) => {
    const [label = "", ...lines] = filled(block);
    const shown = lines.slice(Math.max(0, lines.length - most));
    return [
      [span(label, "strong")],
      ...moreLines(lines.length - shown.length, run),
      ...shown.map((line) => [gap(2), span(line.replace(/^ {4}/, ""))]),
    ];
  });
}

function filled(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function moreLines(count: number, run: string | null): Span[][] {
  if (count <= 0) return [];
  const where = run === null ? [] : [span(": ", "quiet"), span(`mission show ${run}`, "command")];
  return [[span(`${count} ${count === 1 ? "line" : "lines"} more`, "quiet"), ...where]];
}
