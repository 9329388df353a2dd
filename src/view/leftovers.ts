import type { Page } from "./page.ts";
import { type Look, span } from "./span.ts";
import { BLANK, paragraph, renderTable } from "./table.ts";

/** What a run left: its folder on this host, or a ref that holds its work. */
export interface Leftover {
  name: string;
  /** The folder, or the full name of the ref. */
  folder: string;
  bytes: number;
  /** `free`: it would be deleted. */
  fate: "keep" | "free" | "deleted";
  /** What shows that all of it is kept elsewhere, or what keeps it from being deleted. */
  because: string;
  /** What would set it free; null where there is nothing to do. */
  next: string | null;
}

const LOOKS: Readonly<Record<Leftover["fate"], Look>> = { keep: "waiting", free: "good", deleted: "good" };

/** What was deleted, or could be, and why that loses nothing; what was not, and why. */
export function renderLeftovers(leftovers: readonly Leftover[], page: Page): string[] {
  if (leftovers.length === 0) return [page.paint.quiet("No run has left anything on this host.")];
  const rows = leftovers.map(({ name, bytes, fate, because, folder, next }) => ({
    cells: [span(fate, LOOKS[fate]), span(name), span(sizeText(bytes), "quiet")],
    text: [span(because)],
    fit: "wrap" as const,
    below: [[span(folder, "quiet")], ...(next === null ? [] : [[span("next: ", "quiet"), span(next, "command")]])],
  }));
  return renderTable([...rows, BLANK, paragraph(span(sumText(leftovers)))], page);
}

function sumText(leftovers: readonly Leftover[]): string {
  const sum = (fate: Leftover["fate"]) =>
    leftovers.filter((each) => each.fate === fate).reduce((total, { bytes }) => total + bytes, 0);
  if (leftovers.some(({ fate }) => fate === "deleted")) return `${sizeText(sum("deleted"))} freed.`;
  return `${sizeText(sum("free"))} could be freed. Nothing was deleted.`;
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
