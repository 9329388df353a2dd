import type { Finding } from "../model/finding.ts";
import type { Page } from "./page.ts";
import { gap, span } from "./span.ts";
import { BLANK, heading, type Line, paragraph, type Row, renderTable } from "./table.ts";

/** Something that would keep work from starting or from being judged, with what to do. */
export interface Readiness {
  code: string;
  message: string;
  next: string;
}

/** Findings, file by file, each with what was expected; then what is not ready. */
export function renderFindings(findings: readonly Finding[], readiness: readonly Readiness[], page: Page): string[] {
  if (findings.length + readiness.length === 0) return [page.paint.good("Nothing is wrong, everything is ready.")];
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const counts = [plural(errors, "error"), plural(findings.length - errors, "warning")].join(", ");
  const notReady = findings.length > 0 ? "Not ready" : "Not ready, though no file is wrong";
  const rows: (Row | Line)[] = [
    ...findings.flatMap(findingLines),
    ...(readiness.length > 0
      ? [...(findings.length > 0 ? [BLANK] : []), heading(span(notReady, "strong")), ...readiness.map(readinessRow)]
      : []),
    ...(findings.length > 0 ? [BLANK, paragraph(span(counts, errors > 0 ? "bad" : "plain"))] : []),
  ];
  return renderTable(rows, page);
}

function findingLines({ file, line, column, severity, code, message, expected }: Finding): Line[] {
  const look = severity === "error" ? "bad" : "waiting";
  return [
    paragraph(
      span(`${file}:${line}:${column}`, "strong"),
      gap(),
      span(severity, look),
      gap(),
      span(message),
      gap(),
      span(code, "quiet"),
    ),
    ...(expected === "" ? [] : [paragraph(gap(), span("expected: ", "quiet"), span(expected))]),
  ];
}

function readinessRow({ message, next }: Readiness): Row {
  return { cells: [], text: [span(message)], fit: "wrap", below: [[span("next: ", "quiet"), span(next, "command")]] };
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
