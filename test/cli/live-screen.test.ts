import { describe, expect, it } from "vitest";
import type { Screen } from "../../src/cli/command.ts";
import { change, openLiveScreen } from "../../src/cli/run/live-screen.ts";
import { plainPaint } from "../../src/view/paint.ts";

/** What a terminal shows after some writes: only the sequences that the live screen uses. */
class Terminal {
  lines: string[] = [""];
  row = 0;
  isCursorShown = true;

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal reads control characters.
    for (const part of text.match(/\u001b\[[?\d;]*[A-Za-z]|\n|\r|[^\u001b\n\r]+/g) ?? []) this.read(part);
  }

  private read(part: string): void {
    if (part === "\n") {
      this.row += 1;
      this.lines[this.row] ??= "";
    } else if (part.endsWith("A") && part.startsWith("\u001b")) this.row -= Number(part.slice(2, -1));
    else if (part === "\u001b[2K") this.lines[this.row] = "";
    else if (part === "\u001b[J") this.lines = [...this.lines.slice(0, this.row), ""];
    else if (part === "\u001b[2J\u001b[H" || part === "\u001b[2J") this.lines = [""];
    else if (part === "\u001b[H") this.row = 0;
    else if (part === "\u001b[?25l") this.isCursorShown = false;
    else if (part === "\u001b[?25h") this.isCursorShown = true;
    else if (!part.startsWith("\u001b") && part !== "\r") this.lines[this.row] = part;
  }
}

function open(size = { columns: 80, rows: 24 }) {
  const terminal = new Terminal();
  const screen: Screen = {
    print: (text) => terminal.write(`${text}\n`),
    printBytes: (bytes) => terminal.write(String(bytes)),
    warn: () => {},
    write: (text) => terminal.write(text),
    isTerminal: true,
    canAsk: false,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    paint: plainPaint,
    zone: () => 0,
  };
  return { terminal, live: openLiveScreen(screen), size };
}

describe("the live screen", () => {
  it("draws over what it drew before", () => {
    const { terminal, live } = open();
    live.draw(["one", "two", "three"]);
    live.draw(["one", "2"]);
    expect(terminal.lines).toEqual(["one", "2", ""]);
    live.draw(["one", "2", "three", "four"]);
    expect(terminal.lines).toEqual(["one", "2", "three", "four", ""]);
    live.close();
  });

  it("writes only lines that differ, and nothing when none does", () => {
    expect(change(["a", "b"], ["a", "b"])).toBe("");
    expect(change(["a", "b"], ["a", "c"])).toBe("\u001b[2A\r\n\u001b[2Kc\n");
  });

  it("begins afresh when the terminal has another size", () => {
    const { terminal, live, size } = open();
    live.draw(["one", "two"]);
    size.columns = 40;
    live.draw(["one", "two"]);
    expect(terminal.lines).toEqual(["one", "two", ""]);
    live.close();
  });

  it("gives the cursor back, once", () => {
    const { terminal, live } = open();
    expect(terminal.isCursorShown).toBe(false);
    live.draw(["last"]);
    live.close();
    live.close();
    expect(terminal.isCursorShown).toBe(true);
    expect(terminal.lines).toEqual(["last", ""]);
  });
});
