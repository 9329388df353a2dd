/** An audit for a reader: each check with its counts, then all that is wrong with what was expected and what to do. */

import type { AuditReport } from "../model/audit.ts";
import { nextStep } from "./condition.ts";
import type { Page } from "./page.ts";
import { shortHashes } from "./short-hash.ts";
import { gap, type Look, span } from "./span.ts";
import { BLANK, heading, type Line, type Row, renderTable } from "./table.ts";

const STATES: Readonly<Record<AuditReport["checks"][number]["state"], { word: string; look: Look }>> = {
  ok: { word: "ok", look: "good" },
  bad: { word: "bad", look: "bad" },
  unchecked: { word: "-", look: "quiet" },
};

export function renderAudits(reports: readonly AuditReport[], page: Page): string[] {
  return reports.flatMap((report, index) => renderTable([...(index > 0 ? [BLANK] : []), ...auditRows(report)], page));
}

function auditRows({ mission, ref, tip, records, checks, violations }: AuditReport): (Row | Line)[] {
  const size = `${records} ${records === 1 ? "record" : "records"} on ${ref} at ${tip?.slice(0, 10) ?? "nothing"}`;
  return [
    heading(span(mission, "strong"), gap(), span(size)),
    BLANK,
    ...checks.map(
      ({ name, state, told }): Row => ({
        cells: [span(STATES[state].word, STATES[state].look), span(name)],
        text: [span(told, state === "unchecked" ? "quiet" : "plain")],
        fit: "wrap",
      }),
    ),
    BLANK,
    ...(violations.length === 0
      ? [heading(span("Nothing is wrong.", "good"))]
      : [
          heading(span(violations.length === 1 ? "1 thing is wrong" : `${violations.length} things are wrong`, "bad")),
          ...violations.map(violationRow),
        ]),
  ];
}

function violationRow({ check, record, what, expected, next }: AuditReport["violations"][number]): Row {
  return {
    cells: [span(record?.slice(0, 10) ?? "no record"), span(check)],
    text: [span(shortHashes(what))],
    fit: "wrap",
    below: [[span("expected: ", "quiet"), span(shortHashes(expected))], nextStep(next)],
  };
}

/** `mission audit --json`, schema 1: the shape is in src/schema/audit.ts. */
export function auditJson(reports: readonly AuditReport[]) {
  return { schema: 1, ok: reports.every(({ violations }) => violations.length === 0), missions: reports };
}
