/**
 * The hand reader for the simple subset of YAML in which nearly all headers are written: block maps and lists, values
 * that end on their line (plain, quoted, flow), comments. It is some forty times faster than the library. Whatever leaves
 * the subset, and whatever could be an error, gives null and is for the library; a property test shows that the two agree.
 */
import { addEntry, findKeyEnd, OUTSIDE, readInline } from "./flow.ts";
import { emptyMap, type YamlEntry, type YamlList, type YamlMap, type YamlNode } from "./node.ts";

const MAX_DEPTH = 16;

/** Reads `text` from `start` to `end` as a YAML map or list, or answers null where that needs the library. */
export function readSubset(text: string, start: number, end: number): YamlNode | null {
  try {
    return new SubsetReader(text, start, end).readDocument();
  } catch (error) {
    if (error === OUTSIDE) return null;
    throw error;
  }
}

class SubsetReader {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  /** First character, end and indentation of each line that is not blank and not a comment. */
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #indent: number[] = [];
  #line = 0;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#start = start;
    this.#end = end;
    this.#splitLines();
  }

  readDocument(): YamlNode {
    const first = this.#from[0];
    if (first === undefined) return emptyMap(this.#start);
    if (this.#indent[0] !== 0) throw OUTSIDE;
    const value = this.#isDash() ? this.#readList(0, 0) : this.#readMap(0, first, 0);
    if (this.#line < this.#from.length) throw OUTSIDE;
    return value;
  }

  #splitLines(): void {
    const text = this.#text;
    let lineStart = this.#start;
    let first = -1;
    for (let at = this.#start; at <= this.#end; at++) {
      const code = at === this.#end ? 10 : text.charCodeAt(at);
      if (code === 10 || code === 13) {
        if (first >= 0 && text.charCodeAt(first) !== 35) this.#addLine(lineStart, first, at);
        lineStart = at + 1;
        first = -1;
      } else if (code !== 32) {
        // Tabs and other control characters, and what some readers take for a line break.
        if (code < 32 || (code >= 127 && code < 160) || code === 0xfeff || code === 0x2028 || code === 0x2029)
          throw OUTSIDE;
        if (first < 0) first = at;
      }
    }
  }

  #addLine(lineStart: number, first: number, end: number): void {
    let to = end;
    while (this.#text.charCodeAt(to - 1) === 32) to--;
    this.#from.push(first);
    this.#to.push(to);
    this.#indent.push(first - lineStart);
  }

  #readMap(indent: number, first: number, depth: number): YamlMap {
    if (depth > MAX_DEPTH) throw OUTSIDE;
    const entries: YamlEntry[] = [];
    let at = first;
    for (;;) {
      const colon = findKeyEnd(this.#text, at, this.#lineEnd());
      if (colon < 0) throw OUTSIDE;
      const value = this.#readAfterColon(colon + 1, indent, depth);
      addEntry(entries, { key: this.#text.slice(at, colon), keyStart: at, afterColon: colon + 1, value });
      const next = this.#indent[this.#line];
      if (next === undefined || next < indent) break;
      // A deeper line would continue the value.
      if (next > indent) throw OUTSIDE;
      at = this.#lineStart();
    }
    return { kind: "map", entries, flow: false, marked: false, start: first, end: lastEnd(entries, first) };
  }

  #readAfterColon(at: number, indent: number, depth: number): YamlNode {
    const value = this.#valueStart(at);
    if (value >= 0) return this.#readInlineValue(value);
    this.#line++;
    return this.#readNested(at, this.#isDash() ? indent - 1 : indent, depth);
  }

  #readList(indent: number, depth: number): YamlList {
    const start = this.#lineStart();
    const items: YamlNode[] = [];
    for (;;) {
      items.push(this.#readItem(indent, depth));
      const next = this.#indent[this.#line];
      if (next === undefined || next < indent || (next === indent && !this.#isDash())) break;
      if (next > indent) throw OUTSIDE;
    }
    return { kind: "list", items, marked: false, start, end: items.at(-1)?.end ?? start };
  }

  #readItem(indent: number, depth: number): YamlNode {
    const dash = this.#lineStart();
    const value = this.#valueStart(dash + 1);
    if (value < 0) {
      this.#line++;
      return this.#readNested(dash + 1, indent, depth);
    }
    if (findKeyEnd(this.#text, value, this.#lineEnd()) >= 0)
      return this.#readMap(indent + value - dash, value, depth + 1);
    return this.#readInlineValue(value);
  }

  /** What stands below a key or a dash with nothing behind it. */
  #readNested(at: number, indent: number, depth: number): YamlNode {
    const next = this.#indent[this.#line];
    if (next === undefined || next <= indent) {
      return { kind: "scalar", value: null, text: "", style: "plain", marked: false, start: at, end: at };
    }
    return this.#isDash() ? this.#readList(next, depth + 1) : this.#readMap(next, this.#lineStart(), depth + 1);
  }

  #readInlineValue(at: number): YamlNode {
    const node = readInline(this.#text, at, this.#lineEnd());
    this.#line++;
    return node;
  }

  /** Where the value behind a colon or dash begins, or -1 when the rest of the line is empty. */
  #valueStart(at: number): number {
    const end = this.#lineEnd();
    let start = at;
    while (start < end && this.#text.charCodeAt(start) === 32) start++;
    return start >= end || this.#text.charCodeAt(start) === 35 ? -1 : start;
  }

  #isDash(): boolean {
    const at = this.#from[this.#line];
    if (at === undefined || this.#text.charCodeAt(at) !== 45) return false;
    return at + 1 === this.#to[this.#line] || this.#text.charCodeAt(at + 1) === 32;
  }

  #lineStart(): number {
    return this.#from[this.#line] ?? this.#end;
  }

  #lineEnd(): number {
    return this.#to[this.#line] ?? this.#end;
  }
}

function lastEnd(entries: readonly YamlEntry[], otherwise: number): number {
  return entries.at(-1)?.value.end ?? otherwise;
}
