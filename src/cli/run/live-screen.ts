/**
 * A frame that is redrawn in place, below what the terminal already shows, so that the last frame stays when the view ends.
 * Only lines that differ are written, in one write, so nothing flickers. Where the terminal says so it holds the picture
 * until the write is through (synchronised output, mode 2026); others ignore the mark.
 */

import type { Screen } from "../command.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const BEGIN = "\u001b[?2026h";
const END = "\u001b[?2026l";
const CLEAR_LINE = "\u001b[2K";
const CLEAR_BELOW = "\u001b[J";
/** A line that is too long must be cut, not wrapped: a wrapped line would move all that is below. */
const NO_WRAP = "\u001b[?7l";
const WRAP = "\u001b[?7h";

export interface LiveScreen {
  draw(lines: readonly string[]): void;
  /** Writes lines that stay, above the frame. */
  print(lines: readonly string[]): void;
  /** The reader has left. */
  readonly closed: boolean;
  /** Leaves the last frame, with the cursor below it. */
  close(): void;
}

export function openLiveScreen(screen: Screen, stdout: NodeJS.WriteStream = process.stdout): LiveScreen {
  let shown: readonly string[] = [];
  let isOpen = true;
  let readerLeft = false;
  const size = () => `${screen.columns}x${screen.rows}`;
  let drawnAt = size();
  const markLeft = (): void => {
    readerLeft = true;
  };
  const restore = (): void => {
    if (!isOpen) return;
    isOpen = false;
    screen.write(`${WRAP}${SHOW_CURSOR}`);
  };
  stdout.on("error", markLeft);
  process.on("exit", restore);
  screen.write(`${HIDE_CURSOR}${NO_WRAP}`);
  return {
    get closed() {
      return readerLeft;
    },
    draw(lines) {
      if (size() !== drawnAt) {
        // The terminal has moved the old lines about; where they are now is not known.
        screen.write("\u001b[2J\u001b[H");
        shown = [];
        drawnAt = size();
      }
      const text = change(shown, lines);
      if (text !== "") screen.write(`${BEGIN}${text}${END}`);
      shown = lines;
    },
    print(lines) {
      screen.write(`${BEGIN}${up(shown.length)}\r${CLEAR_BELOW}${lines.map((line) => `${line}\n`).join("")}${END}`);
      shown = [];
    },
    close() {
      stdout.off("error", markLeft);
      process.off("exit", restore);
      restore();
    },
  };
}

/** What to write so that the lines shown, with the cursor below them, become the new ones. */
export function change(shown: readonly string[], lines: readonly string[]): string {
  if (shown.length === lines.length && shown.every((line, index) => line === lines[index])) return "";
  const parts = lines.map((line, index) => (line === shown[index] ? "\n" : `${CLEAR_LINE}${line}\n`));
  return `${up(shown.length)}\r${parts.join("")}${shown.length > lines.length ? CLEAR_BELOW : ""}`;
}

function up(count: number): string {
  return count > 0 ? `\u001b[${count}A` : "";
}
