import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { laterSignal, parseSignal, readLastSignal, readSignals } from "../../src/format/signal.ts";

describe("a line is a signal when it begins with its word", () => {
  test.each([
    ["DONE: wrote the list API", { kind: "done", text: "wrote the list API" }],
    ["DONE:", { kind: "done", text: "" }],
    ["QUESTION: which port?", { kind: "question", text: "which port?" }],
    ["REVIEW: look at the migration", { kind: "review", text: "look at the migration" }],
    ["BLOCKED: no database\r", { kind: "blocked", text: "no database" }],
    ["\u001b[32mDONE:\u001b[0m coloured", { kind: "done", text: "coloured" }],
    ["VERDICT: passed", { kind: "verdict", result: "passed", text: "" }],
    ["VERDICT: passed.", { kind: "verdict", result: "passed", text: "" }],
    ["VERDICT: passed it does what it says", { kind: "verdict", result: "passed", text: "it does what it says" }],
    ["VERDICT: passed \u2014 all criteria hold", { kind: "verdict", result: "passed", text: "all criteria hold" }],
    ["VERDICT: failed the login is open", { kind: "verdict", result: "failed", text: "the login is open" }],
    ["VERDICT: failed: see below", { kind: "verdict", result: "failed", text: "see below" }],
    ["VERDICT: inconclusive no browser", { kind: "verdict", result: "inconclusive", text: "no browser" }],
    [
      'USAGE: {"usd":0.12,"input":1200,"output":300,"cached":0}',
      { kind: "usage", usd: 0.12, input: 1200, output: 300, cached: 0 },
    ],
    ['USAGE: {"input":1}', { kind: "usage", usd: null, input: 1, output: 0, cached: 0 }],
  ])("%s", (line, signal) => expect(parseSignal(line)).toEqual(signal));

  test.each([
    "",
    " DONE: indented",
    "I am DONE: really",
    "DONE",
    "done: lower case",
    "> DONE: quoted",
    "progress 99 %\rDONE: overwritten",
    "DONELY: no",
    "VERDICT: fine",
    "VERDICT: passable",
    "VERDICT:",
    "> **DONE: quoted**",
    "- **DONE: in a list**",
    "DONE**: half emphasised",
    "**DONE** without its colon",
    "**I am DONE: really**",
  ])("%j is log", (line) => expect(parseSignal(line)).toBeNull());
});

test.each(["passed but for the login", "passed, if the migration is run first"])("%s is not a pass", (text) => {
  expect(parseSignal(`VERDICT: ${text}`)).toEqual({ kind: "verdict", result: "inconclusive", text });
});

describe("markdown around a signal is no part of it", () => {
  test.each([
    ["**VERDICT: passed**", { kind: "verdict", result: "passed", text: "" }],
    ["**VERDICT:** passed", { kind: "verdict", result: "passed", text: "" }],
    ["**VERDICT**: passed", { kind: "verdict", result: "passed", text: "" }],
    ["VERDICT: **passed**", { kind: "verdict", result: "passed", text: "" }],
    ["VERDICT: **failed** the login is open", { kind: "verdict", result: "failed", text: "the login is open" }],
    ["**VERDICT: failed the login is open**", { kind: "verdict", result: "failed", text: "the login is open" }],
    ["`VERDICT: passed`", { kind: "verdict", result: "passed", text: "" }],
    ["**`VERDICT: passed`**", { kind: "verdict", result: "passed", text: "" }],
    ["**`DONE`**: it is there", { kind: "done", text: "it is there" }],
    ["__BLOCKED:__ no database", { kind: "blocked", text: "no database" }],
    ["*REVIEW:* look at **this**", { kind: "review", text: "look at **this**" }],
    ["**QUESTION:** which port?", { kind: "question", text: "which port?" }],
    ["**QUESTION: which port?", { kind: "question", text: "which port?" }],
    ["DONE: **all** of it", { kind: "done", text: "**all** of it" }],
  ])("%s", (line, signal) => expect(parseSignal(line)).toEqual(signal));
});

describe("the lines below a question", () => {
  const choices = "QUESTION: which store?\n\n1. sqlite\n2. postgres\n\nI would take 1.";

  test("belong to it", () => {
    expect(readLastSignal(`I looked around.\n${choices}\n`)).toEqual({
      kind: "question",
      text: "which store?\n\n1. sqlite\n2. postgres\n\nI would take 1.",
    });
    expect(readLastSignal("**QUESTION:**\nwhich store?")).toEqual({ kind: "question", text: "which store?" });
  });
  test("end with the next signal", () => {
    expect(readSignals(`${choices}\nDONE: asked\nmore`)).toEqual([
      { kind: "question", text: "which store?\n\n1. sqlite\n2. postgres\n\nI would take 1." },
      { kind: "done", text: "asked" },
    ]);
  });
  test("are bounded", () => {
    const signal = readLastSignal(`QUESTION: which?\n${"so much to say\n".repeat(10_000)}`);
    expect(signal?.kind === "question" && signal.text.length).toBeLessThanOrEqual(10_000);
  });
});

test.each([
  '{"usd":-1}',
  '{"usd":1e9}',
  '{"usd":"1"}',
  '{"usd":NaN}',
  '{"input":-5}',
  '{"input":1.5}',
  '{"output":1e300}',
  '{"cached":[1]}',
  "[]",
  "null",
  "12",
  "{",
  "",
])("spending of %s is no report of spending", (json) => expect(parseSignal(`USAGE: ${json}`)).toBeNull());

test("figures that are read are figures that can be true", () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const signal = parseSignal(`USAGE: ${json}`);
      if (signal?.kind !== "usage") return;
      for (const value of [signal.usd ?? 0, signal.input, signal.output, signal.cached]) {
        expect(Number.isFinite(value) && value >= 0).toBe(true);
      }
    }),
  );
});

test("any line gives a signal or null, and no control character gets through", () => {
  const word = fc.constantFrom("DONE:", "QUESTION:", "REVIEW:", "BLOCKED:", "USAGE:", "VERDICT: failed", "");
  fc.assert(
    fc.property(word, fc.string({ unit: "binary" }), (start, rest) => {
      const signal = parseSignal(start + rest);
      if (signal && "text" in signal) expect(signal.text).toMatch(/^[^\p{Cc}]*$|^[^\n]*\t[^\n]*$/u);
    }),
  );
});

describe("of several signals", () => {
  const last = (...lines: string[]) => readLastSignal(lines.join("\n"));

  test("the last counts", () => expect(last("DONE: one", "log", "BLOCKED: two")).toMatchObject({ kind: "blocked" }));
  test("a question wins over a later DONE or REVIEW", () => {
    expect(last("QUESTION: a?", "DONE: b")).toEqual({ kind: "question", text: "a?" });
    expect(last("QUESTION: a?", "REVIEW: b")).toMatchObject({ kind: "question" });
    expect(last("DONE: b", "QUESTION: a?")).toMatchObject({ kind: "question" });
  });
  test("a worker that is blocked after its question is blocked", () => {
    expect(last("QUESTION: a?", "BLOCKED: b")).toMatchObject({ kind: "blocked" });
  });
  test("spending is no answer", () => {
    expect(last("DONE: one", 'USAGE: {"usd":1}')).toMatchObject({ kind: "done" });
    expect(last('USAGE: {"usd":1}')).toBeNull();
    expect(laterSignal(null, { kind: "usage", usd: 1, input: 0, output: 0, cached: 0 })).toBeNull();
  });
  test("without any there is none", () => expect(last("log", "more log")).toBeNull());
});
