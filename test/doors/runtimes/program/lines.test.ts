import { expect, test } from "vitest";
import { splitLines } from "../../../../src/doors/runtimes/program/lines.ts";

function split(chunks: readonly (string | Buffer)[], maxBytes = 100): [string, number][] {
  const lines: [string, number][] = [];
  const splitter = splitLines(maxBytes, (text, dropped) => lines.push([text, dropped]));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  return lines;
}

test("lines come whole, however they arrive", () => {
  expect(split(["DO", "NE: a\r\nb", "\n\nc"])).toEqual([
    ["DONE: a", 0],
    ["b", 0],
    ["", 0],
    ["c", 0],
  ]);
});

test("characters that a chunk cuts apart are put together again", () => {
  const bytes = Buffer.from("a→b\n");
  expect(split([...bytes].map((byte) => Buffer.from([byte])))).toEqual([["a→b", 0]]);
});

test("a long line is cut and says by how much", () => {
  expect(split(["x".repeat(60), "x".repeat(60), "\nshort\n"])).toEqual([
    ["x".repeat(100), 20],
    ["short", 0],
  ]);
});

test("bytes that are no text still make lines", () => {
  expect(split([Buffer.from([0xff, 0xfe, 0x0a, 0x00])])).toEqual([
    ["\ufffd\ufffd", 0],
    ["\0", 0],
  ]);
});

test("a line without end takes no more memory than its cap", () => {
  const splitter = splitLines(1024, () => {});
  const chunk = Buffer.alloc(1024 * 1024, "x");
  const before = process.memoryUsage.rss();
  for (let index = 0; index < 300; index++) splitter.push(chunk);
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
});
