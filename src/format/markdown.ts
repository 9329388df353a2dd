/** What a reader of contracts and acceptance criteria must know of markdown: headings, fences and the lines between. */
export type MarkdownBlock =
  /** `line` counts from 1 where the reading began. */
  | { kind: "heading"; level: number; text: string; start: number; line: number }
  /** `contentEnd` is where the closing fence begins, or the text's end when `closed` is false. */
  | {
      kind: "fence";
      info: string;
      start: number;
      contentStart: number;
      contentEnd: number;
      end: number;
      closed: boolean;
    }
  | { kind: "line"; text: string; start: number };

const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)/;
const FENCE = /^[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)$/;

/** Splits a text into blocks. Headings inside of fences and of HTML comments are text. Offsets count in `text`. */
export function* splitMarkdown(text: string, from = 0): Generator<MarkdownBlock> {
  const lines = new LineReader(text, from);
  let inComment = false;
  while (lines.next()) {
    const { line, start } = lines;
    const fence = inComment ? null : FENCE.exec(line);
    const heading = inComment ? null : HEADING.exec(line);
    if (fence) yield readFence(lines, fence[1] ?? "", (fence[2] ?? "").trim());
    else if (heading)
      yield { kind: "heading", level: heading[1]?.length ?? 1, text: headingText(line), start, line: lines.count };
    else {
      yield { kind: "line", text: line, start };
      inComment = isInComment(line, inComment);
    }
  }
}

class LineReader {
  line = "";
  start = 0;
  /** Lines read, the present one included. */
  count = 0;
  /** Where the next line begins. */
  at: number;
  readonly text: string;
  readonly #ending = /\r\n|\n|\r/g;

  constructor(text: string, from: number) {
    this.text = text;
    this.at = from;
  }

  next(): boolean {
    if (this.at >= this.text.length) return false;
    this.start = this.at;
    this.count++;
    this.#ending.lastIndex = this.at;
    const match = this.#ending.exec(this.text);
    this.line = this.text.slice(this.at, match?.index);
    this.at = match ? this.#ending.lastIndex : this.text.length;
    return true;
  }
}

function readFence(lines: LineReader, opening: string, info: string): MarkdownBlock {
  const { start, at: contentStart } = lines;
  while (lines.next()) {
    if (!isClosing(lines.line.trim(), opening)) continue;
    return { kind: "fence", info, start, contentStart, contentEnd: lines.start, end: lines.at, closed: true };
  }
  const end = lines.text.length;
  return { kind: "fence", info, start, contentStart, contentEnd: end, end, closed: false };
}

function isClosing(line: string, opening: string): boolean {
  return line.length >= opening.length && line === opening.charAt(0).repeat(line.length);
}

/** Without the hashes that may close a heading. */
function headingText(line: string): string {
  const text = line.trim().replace(/^#+/, "");
  let end = text.length;
  while (text[end - 1] === "#") end--;
  const isClosed = end < text.length && /\s/.test(text[end - 1] ?? " ");
  return (isClosed ? text.slice(0, end) : text).trim();
}

function isInComment(line: string, inside: boolean): boolean {
  return (inside || /^ {0,3}<!--/.test(line)) && !line.includes("-->");
}
