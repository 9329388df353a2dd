import type { Page } from "./page.ts";
import { type Look, span } from "./span.ts";
import { BLANK, type Line, paragraph, type Row, renderTable } from "./table.ts";

/** One thing that was looked at. `bad`: work can't go on; `note`: it can, but something should be known; `mended`: put right just now. */
export interface Checkup {
  /** Stable, for programs: `lock-stale`. What is in order has the name of its check. */
  code: string;
  name: string;
  level: "ok" | "note" | "bad" | "mended";
  text: string;
  /** The exact step that puts it right; null where there is nothing to do. */
  next: string | null;
  /** What `--fix` would do about it; null where that is a person's to do. */
  fix: string | null;
}

const LOOKS: Readonly<Record<Checkup["level"], Look>> = { ok: "good", note: "waiting", bad: "bad", mended: "good" };

export function renderCheckups(checkups: readonly Checkup[], page: Page): string[] {
  const rows: (Row | Line)[] = checkups.map(({ name, level, text, next, fix }) => ({
    cells: [span(level, LOOKS[level]), span(name)],
    text: [span(text)],
    fit: "wrap",
    below: [
      ...(next === null ? [] : [[span("next: ", "quiet"), span(next, "command")]]),
      ...(fix === null ? [] : [[span(`--fix ${fix}`, "quiet")]]),
    ],
  }));
  const bad = checkups.filter(({ level }) => level === "bad").length;
  const sum =
    bad === 0
      ? span("Nothing stands in the way.", "good")
      : span(`${bad} ${bad === 1 ? "thing stands" : "things stand"} in the way.`, "bad");
  const fixes = checkups.filter(({ fix }) => fix !== null).length;
  const hint = `mission doctor --fix mends ${fixes} of these; what it takes out of the way it keeps.`;
  const last = fixes === 0 ? [] : [paragraph(span(hint, "quiet"))];
  return renderTable([...rows, BLANK, paragraph(sum), ...last], page);
}
