import type { Page } from "./page.ts";
import { type Look, span } from "./span.ts";
import { BLANK, type Line, paragraph, type Row, renderTable } from "./table.ts";

/** One thing that was looked at. `bad`: work can't go on; `note`: it can, but something should be known. */
export interface Checkup {
  name: string;
  level: "ok" | "note" | "bad";
  text: string;
  /** The exact step that puts it right; null where there is nothing to do. */
  next: string | null;
}

const LOOKS: Readonly<Record<Checkup["level"], Look>> = { ok: "good", note: "waiting", bad: "bad" };

export function renderCheckups(checkups: readonly Checkup[], page: Page): string[] {
  const rows: (Row | Line)[] = checkups.map(({ name, level, text, next }) => ({
    cells: [span(level, LOOKS[level]), span(name)],
    text: [span(text)],
    fit: "wrap",
    below: next === null ? [] : [[span("next: ", "quiet"), span(next, "command")]],
  }));
  const bad = checkups.filter(({ level }) => level === "bad").length;
  const sum =
    bad === 0
      ? span("Nothing stands in the way.", "good")
      : span(`${bad} ${bad === 1 ? "thing stands" : "things stand"} in the way.`, "bad");
  return renderTable([...rows, BLANK, paragraph(sum)], page);
}
