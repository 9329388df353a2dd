/**
 * Lines with aligned columns, the last of which is text and takes the room that is left. The columns before it are names
 * and words that a person types or looks for: they are never cut. Where they leave no room, the text goes below them.
 */

import type { Page } from "./page.ts";
import { cutSpans, gap, paintSpans, type Span, span, wrapSpans } from "./span.ts";
import { widthOf } from "./width.ts";

export interface Row {
  /** Steps to the right. */
  depth?: number;
  cells: readonly Span[];
  text: readonly Span[];
  /** `cut` keeps it to one line, `wrap` shows all of it. */
  fit: "cut" | "wrap";
  /** Lines below the text, wrapped. */
  below?: readonly (readonly Span[])[];
}

/** A line that takes no part in the columns. */
export interface Line {
  line: readonly Span[];
  fit: "cut" | "wrap";
}

const MARGIN = 2;
const STEP = 2;
const GAP = 3;
const LEAST_TEXT = 26;

export const BLANK: Line = { line: [], fit: "cut" };

/** A line of its own above rows. */
export function heading(...spans: readonly Span[]): Line {
  return { line: spans, fit: "cut" };
}

/** A line of text, wrapped. */
export function paragraph(...spans: readonly Span[]): Line {
  return { line: spans, fit: "wrap" };
}

/** The lines of a table for a terminal. */
export function renderTable(rows: readonly (Row | Line)[], page: Page): string[] {
  const widths = columnWidths(rows);
  const start = MARGIN + widths.reduce((sum, width) => sum + width + GAP, 0);
  const stacked = start + LEAST_TEXT > page.width;
  return rows.flatMap((row) => {
    if ("line" in row)
      return fitted(row.line, row.fit, page.width).map((line) => paintSpans(line, page.paint).trimEnd());
    return stacked ? renderStacked(row, page) : renderRow(row, widths, start, page);
  });
}

function columnWidths(rows: readonly (Row | Line)[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    if ("line" in row) continue;
    for (const [index, { text }] of row.cells.entries()) {
      const indent = index === 0 ? (row.depth ?? 0) * STEP : 0;
      widths[index] = Math.max(widths[index] ?? 0, indent + widthOf(text));
    }
  }
  return widths;
}

function renderRow(row: Row, widths: readonly number[], start: number, page: Page): string[] {
  const indent = (row.depth ?? 0) * STEP;
  const cells = widths.flatMap((width, index) => {
    const cell = row.cells[index] ?? span("");
    const room = index === 0 ? width - indent : width;
    return [cell, gap(room - widthOf(cell.text) + GAP)];
  });
  const room = page.width - start;
  const [first = [], ...more] = fitted(row.text, row.fit, room);
  const below = (row.below ?? []).flatMap((line) => wrapSpans(line, room));
  const lines = [
    [gap(MARGIN + indent), ...cells, ...first],
    ...[...more, ...below].map((line) => [gap(start), ...line]),
  ];
  return lines.map((line) => paintSpans(line, page.paint).trimEnd());
}

function renderStacked(row: Row, page: Page): string[] {
  const indent = MARGIN + (row.depth ?? 0) * STEP;
  const cells = row.cells
    .filter(({ text }) => text !== "")
    .flatMap((cell, index) => (index === 0 ? [cell] : [gap(GAP), cell]));
  const room = Math.max(1, page.width - indent - STEP);
  const names = cells.length > 0 ? wrapSpans(cells, Math.max(1, page.width - indent)) : [];
  const texts = [...fitted(row.text, row.fit, room), ...(row.below ?? []).flatMap((line) => wrapSpans(line, room))];
  const lines = [
    ...names.map((line) => [gap(indent), ...line]),
    ...texts.filter((line) => line.length > 0).map((line) => [gap(indent + STEP), ...line]),
  ];
  return lines.map((line) => paintSpans(line, page.paint).trimEnd());
}

function fitted(spans: readonly Span[], fit: "cut" | "wrap", width: number): readonly (readonly Span[])[] {
  return fit === "cut" ? [cutSpans(spans, width)] : wrapSpans(spans, width);
}
