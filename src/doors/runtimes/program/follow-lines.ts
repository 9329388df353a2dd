/** Files that an agent adds lines to while it works. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const MOST_BYTES = 4 * 1024 * 1024;

/** Each look answers the whole lines since the one before, of many the last ones. A file that can't be read has none. */
export function followLines(): (file: string) => readonly string[] {
  let at = 0;
  return (file) =>
    readAt(file, [], (handle) => {
      const { size } = fstatSync(handle);
      const from = Math.max(at, size - MOST_BYTES);
      const news = readPart(handle, from, Math.max(0, size - from));
      const length = news.lastIndexOf("\n") + 1;
      at = from + length;
      return news.toString("utf8", 0, length).split("\n").slice(0, -1);
    });
}

export function readHead(file: string, bytes: number): string {
  return readAt(file, "", (handle) => readPart(handle, 0, bytes).toString("utf8"));
}

function readAt<T>(file: string, none: T, read: (handle: number) => T): T {
  let handle: number | null = null;
  try {
    handle = openSync(file, "r");
    return read(handle);
  } catch {
    return none;
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

function readPart(handle: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  return buffer.subarray(0, readSync(handle, buffer, 0, bytes, from));
}
