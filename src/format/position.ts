import type { Position, Positions } from "../model/documents.ts";
import type { YamlEntry } from "./yaml/node.ts";

/** Line and column of an offset, both from 1. CRLF, LF and CR each end a line. */
export function findPosition(text: string, offset: number): Position {
  const cursor = new LineCursor(text);
  return cursor.moveTo(offset);
}

/** Where keys stand, given in the order of the text. */
export function findKeyPositions(text: string, entries: readonly YamlEntry[]): Positions {
  const positions: Record<string, Position> = {};
  const cursor = new LineCursor(text);
  for (const { key, keyStart } of entries) positions[key] = cursor.moveTo(keyStart);
  return positions;
}

/** Counts lines on the way to ascending offsets. */
class LineCursor {
  readonly #text: string;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string) {
    this.#text = text;
  }

  moveTo(offset: number): Position {
    for (; this.#at < offset; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 10 && (code !== 13 || this.#text.charCodeAt(this.#at + 1) === 10)) continue;
      this.#line++;
      this.#lineStart = this.#at + 1;
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 };
  }
}
