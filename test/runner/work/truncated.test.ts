/** A worker's output that breaks off anywhere: the run is judged by what was said until then, and never better. */

import { describe, expect, test } from "vitest";
import { splitLines } from "../../../src/doors/runtimes/program/lines.ts";
import type { RunEvent, RunFiles } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import type { WorkerEnd } from "../../../src/model/run.ts";
import { makeRedactor } from "../../../src/repo/redact.ts";
import { type Delivery, judgeWork } from "../../../src/runner/work/outcome.ts";
import { settleUsage } from "../../../src/runner/work/usage.ts";
import { takeNotes } from "../../../src/runner/work/worker-notes.ts";
import { anOrder } from "../orders.ts";

const TRANSCRIPTS: readonly (readonly [string, Buffer])[] = [
  ["plain", text('thinking\nUSAGE: {"usd":0.4,"input":100,"output":20}\nwrote it\nDONE: wrote it all\n')],
  ["CRLF", text('a\r\nUSAGE: {"usd":0.4,"input":100}\r\nDONE: wrote it\r\n')],
  ["no line break at the end", text('USAGE: {"usd":0.4}\nDONE: wrote it')],
  [
    "two objects on a line",
    text('USAGE: {"usd":0.1}{"usd":9}\nUSAGE: {"usd":0.4}\n{"type":"x"}{"type":"y"}\nDONE: x\n'),
  ],
  [
    "broken UTF-8 and escapes",
    Buffer.concat([Buffer.from([0xff, 0xc3, 0x28, 0]), text("\u001b[1m\nDONE: fée\u001b[0m\n")]),
  ],
  ["a question", text('USAGE: {"usd":0.4}\nQUESTION: Shall I?\nDONE: out of habit\n')],
  ["given up", text('USAGE: {"usd":0.4}\nBLOCKED: no access to the printer\n')],
  [
    "falling and absurd figures",
    text('USAGE: {"usd":0.4}\nUSAGE: {"usd":0.1}\nUSAGE: {"usd":-1}\nUSAGE: {"usd":1e300}\nDONE: x\n'),
  ],
  [
    "stdout and stderr in one another",
    text('warn: USAGE: {"usd":7}\nDONEwarn: x\n DONE: no\nUSAGE: {"usd":0.4}\nDONE: yes\n'),
  ],
];

const ENDS: readonly Partial<WorkerEnd>[] = [
  { exitCode: 0 },
  { exitCode: 1 },
  { exitCode: null, signal: "SIGKILL" },
  { exitCode: null, signal: "SIGKILL", reason: "timeout" },
];

describe.each(TRANSCRIPTS)("cut at each byte: %s", (_title, whole) => {
  test.each([[true], [false]])("the outcome is one that was said (work changed: %s)", (changed) => {
    for (let length = 0; length <= whole.length; length++) {
      const said = whole.subarray(0, length);
      for (const end of ENDS) {
        const { outcome } = judge(said, end, changed);
        expect([said.toString(), end, outcome]).toEqual([said.toString(), end, expected(said, end, changed)]);
      }
    }
  });

  test("what was spent never falls, and unsaid it is what was reserved", () => {
    let least = 0;
    for (let length = 0; length <= whole.length; length++) {
      const { usage } = judge(whole.subarray(0, length), { exitCode: 0 }, true);
      if (usage.costSource === "assumed") expect(usage.costUsd).toBe(2);
      else {
        expect(usage.costUsd).toBeGreaterThanOrEqual(least);
        least = usage.costUsd;
      }
    }
  });
});

/** Said once more and apart from the program: which words a reader sees at the beginning of a line, and what they come to. */
function expected(said: Buffer, end: Partial<WorkerEnd>, changed: boolean): string {
  const words = said
    .toString()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a reader does not see them
    .replace(/\u001b(?:\[\d*m?)?|\0|\r/g, "")
    .split("\n")
    .map((line) => /^(DONE|QUESTION|BLOCKED):/.exec(line)?.[1])
    .filter((word) => word !== undefined);
  if (words.includes("QUESTION")) return "question";
  if (end.reason === "timeout") return "timeout";
  if (words.includes("BLOCKED")) return "failed";
  if (words.includes("DONE")) return changed ? "delivered" : "nothing-to-do";
  return end.exitCode === 0 && changed ? "delivered" : "failed";
}

function judge(said: Buffer, given: Partial<WorkerEnd>, changed: boolean) {
  const notes = takeNotes({
    files: noFiles,
    redactor: makeRedactor([]),
    now: () => 0,
    onSpending() {},
    priceOf: null,
    model: null,
    saysUsage: true,
  });
  const lines = splitLines(1_000, (line, dropped) =>
    notes.onEvent({ kind: "text", text: line, dropped, mayBeSignal: true }),
  );
  lines.push(said);
  lines.end();
  const usage = settleUsage(notes.tally, anOrder(), { usd: 1.5, tokens: 10 }, 1);
  const end: WorkerEnd = {
    ...{ exitCode: null, signal: null, reason: "exited", lastSignal: notes.lastSignal, usage, tail: notes.tail() },
    ...given,
  };
  const delivery: Delivery = {
    head: "1".repeat(40),
    changed,
    landable: changed,
    conflict: null,
    gone: false,
    leak: null,
    violations: [],
  };
  const finished = { end, because: null, problem: null, asked: [], runtime: "mine", now: 0 };
  return { ...judgeWork(finished, delivery), usage };
}

const noFiles = { appendLog() {}, appendEvent(_event: RunEvent) {} } as unknown as RunFiles;

function text(lines: string): Buffer {
  return Buffer.from(lines);
}
