import type { Page } from "./page.ts";
import { span } from "./span.ts";
import { BLANK, paragraph, renderTable } from "./table.ts";

/** A folder that a run left on this host. */
export interface Leftover {
  name: string;
  folder: string;
  bytes: number;
  safe: boolean;
  /** What shows that all of it is kept elsewhere, or what keeps it from being deleted. */
  because: string;
}

/** What could be deleted and why that loses nothing; what could not, and why. */
export function renderLeftovers(leftovers: readonly Leftover[], page: Page): string[] {
  if (leftovers.length === 0) return [page.paint.quiet("No run has left anything on this host.")];
  const sum = leftovers.filter(({ safe }) => safe).reduce((total, { bytes }) => total + bytes, 0);
  const rows = leftovers.map(({ name, bytes, safe, because, folder }) => ({
    cells: [safe ? span("safe", "good") : span("keep", "waiting"), span(name), span(sizeText(bytes), "quiet")],
    text: [span(because)],
    fit: "wrap" as const,
    below: [[span(folder, "quiet")]],
  }));
  return renderTable([...rows, BLANK, paragraph(span(`${sizeText(sum)} could be freed. Nothing was deleted.`))], page);
}

function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
