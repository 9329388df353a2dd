/**
 * What a run printed and did, in the order in which it happened: its log, with its events between. Each event says how long
 * the log was then. The log's length is read before the events are: whatever event comes later belongs behind that point.
 */

import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { OutputEvent, OutputItem } from "../../view/output.ts";

const BLOCK_BYTES = 256 * 1024;
const LINE_FEED = 0x0a;
/** A worker chooses what lies there: a link is not followed, a pipe does not hold us up. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface OutputTail {
  /** What has come since the last call. With `isLast` also a line that was never ended. */
  read(isLast: boolean): readonly OutputItem[];
  close(): void;
}

/** Opens what lies in a run's folder on this host; what is not there yet is looked for again with each call. */
export function openOutput(folder: string): OutputTail {
  const log = openTail(join(folder, "agent.log"));
  const events = openTail(join(folder, "events.jsonl"));
  return {
    read(isLast) {
      const size = log.size();
      const items: OutputItem[] = [];
      const printTo = (end: number, whole: boolean) => {
        for (const text of log.take(Math.min(end, size), whole)) items.push({ kind: "text", text });
      };
      for (const line of [...events.take(events.size(), false)].join("").split("\n")) {
        const event = parseEvent(line);
        if (event === null) continue;
        printTo(event.log ?? 0, true);
        items.push(event);
      }
      printTo(size, isLast);
      return items;
    },
    close() {
      log.close();
      events.close();
    },
  };
}

interface Tail {
  size(): number;
  /** The text up to a byte, in pieces; only whole lines of it, unless all is wanted. */
  take(end: number, whole: boolean): Iterable<string>;
  close(): void;
}

/** Cut at line ends alone: half an escape sequence would get past the filter, and half a character is none. */
function openTail(path: string): Tail {
  let descriptor: number | null = null;
  let position = 0;

  function open(): number | null {
    if (descriptor !== null) return descriptor;
    try {
      const opened = openSync(path, READ);
      if (fstatSync(opened).isFile()) descriptor = opened;
      else closeSync(opened);
    } catch {
      // It is not there yet.
    }
    return descriptor;
  }

  return {
    size: () => (open() === null ? 0 : fstatSync(open() as number).size),
    *take(end, whole) {
      const file = open();
      let length = BLOCK_BYTES;
      while (file !== null && position < end) {
        const bytes = Buffer.alloc(Math.min(length, end - position));
        const count = readSync(file, bytes, 0, bytes.length, position);
        if (count === 0) return;
        const isRest = position + count >= end;
        const lines = whole && isRest ? count : bytes.lastIndexOf(LINE_FEED, count - 1) + 1;
        if (lines > 0) yield bytes.toString("utf8", 0, lines);
        else if (isRest) return;
        // A line that is longer than a block.
        length = lines > 0 ? BLOCK_BYTES : length * 2;
        position += lines;
      }
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
    },
  };
}

function parseEvent(line: string): OutputEvent | null {
  try {
    const value = JSON.parse(line);
    const isEvent = typeof value?.kind === "string" && typeof value.at === "number";
    return isEvent && value.kind !== "text" ? { ...value, log: Number.isFinite(value.log) ? value.log : null } : null;
  } catch {
    return null;
  }
}
