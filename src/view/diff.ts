import { plainText } from "../format/plain-text.ts";
import type { Page } from "./page.ts";

/** A unified diff in colours. Its text comes from files: a control character in it never reaches the terminal. */
export function renderDiff(diff: string, page: Page): string[] {
  const { paint } = page;
  return diff
    .trimEnd()
    .split("\n")
    .map((raw) => {
      const line = plainText(raw);
      if (/^(?:diff|index|new file|deleted file|similarity|rename|old mode|new mode|--- |\+\+\+ )/.test(line))
        return paint.strong(line);
      if (line.startsWith("@@")) return paint.moving(line);
      if (line.startsWith("+")) return paint.good(line);
      return line.startsWith("-") ? paint.bad(line) : line;
    });
}
