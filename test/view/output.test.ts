import { describe, expect, it } from "vitest";
import { endLine, type OutputEvent, type OutputItem, openOutputView } from "../../src/view/output.ts";
import type { Page } from "../../src/view/page.ts";
import { plainPaint } from "../../src/view/paint.ts";

const AT = Date.UTC(2026, 10, 20, 16);
const page = (width = 200): Page => ({ width, paint: plainPaint, now: AT, zone: () => 0 });
const event = (kind: string, fields: Record<string, unknown> = {}, at = AT): OutputEvent => ({
  kind,
  at,
  log: null,
  ...fields,
});
const text = (words: string): OutputItem => ({ kind: "text", text: words });

function render(items: readonly OutputItem[], width?: number): string[] {
  const view = openOutputView(page(width));
  return [...view.render(items), ...view.finish()];
}

describe("each thing that an agent does is one line with a mark", () => {
  it.each<[OutputEvent, string]>([
    [event("session", { program: "codex 0.169.0", model: null, id: "t-1" }), "▸ codex 0.169.0 · session t-1"],
    [event("tool", { name: "Bash", text: "npm test\nrm -rf x" }), "● Bash  npm test rm -rf x"],
    [
      event("permission", { tool: "shell", text: "rm x", decision: "denied", because: "red: deletes" }),
      "✗ refused: shell rm x (red: deletes)",
    ],
    [
      event("retry", { text: "429 rate_limit, attempt 1 of 10", isQuota: true }),
      "↻ tries again: 429 rate_limit, attempt 1 of 10",
    ],
    [
      event("error", { code: "quota", text: "limit reached", until: AT }),
      "✗ no quota left: limit reached, until 16:00",
    ],
    [event("error", { code: "provider", text: "overloaded", until: null }), "✗ its provider: overloaded"],
    [event("error", { code: "other", text: "unknown model", until: null }), "✗ unknown model"],
    [event("harvest", { head: "0123456789abcdef", salvage: null }), "▸ its work is kept as 0123456789"],
    [event("note", { text: "setup failed" }), "▸ setup failed"],
    [event("something-new", { text: "later" }), "▸ something-new later"],
  ])("%j", (item, line) => {
    expect(render([item])).toEqual([line]);
  });

  it.each(["signal", "done"])("but what it says with %s is not said twice", (kind) => {
    expect(render([text("DONE: it is there\n"), event(kind, { text: "DONE: it is there" })])).toEqual([
      "DONE: it is there",
    ]);
  });
});

it("an error that is told again as the agent ends is shown once", () => {
  const error = event("error", { code: "other", text: "unknown model", until: null });
  expect(render([error, error, event("error", { ...error, text: "another" })])).toEqual([
    "✗ unknown model",
    "✗ another",
  ]);
});

it("of what was asked for, refusals are shown, and not what was asked where that was just told", () => {
  const tool = event("tool", { name: "Write", text: "a.txt" });
  const answer = { tool: "Write", text: "/repo/a.txt", decision: "allowed", because: "" };
  const denied = { ...answer, decision: "denied", because: "red" };
  expect(render([tool, event("permission", answer)])).toEqual(["● Write  a.txt"]);
  expect(render([tool, event("permission", denied)])).toEqual(["● Write  a.txt", "✗ refused (red)"]);
  expect(render([tool, event("permission", { ...denied, text: "b.txt" })])).toEqual([
    "● Write  a.txt",
    "✗ refused: Write b.txt (red)",
  ]);
});

it("of a conversation that is told of again only what is new is shown", () => {
  const first = event("session", { program: "codex", model: null, id: "t-1" });
  const again = event("session", { program: "codex 0.169.0", model: "gpt-5", id: "t-1" });
  expect(render([first, again, again])).toEqual(["▸ codex · session t-1", "▸ codex 0.169.0 · gpt-5"]);
});

it("nothing in it is obeyed by a terminal or breaks a line, whoever wrote it", () => {
  const bad = "\u001b[2Ja\r\u0007b\u202ec\nd";
  const fields = {
    name: bad,
    text: bad,
    tool: bad,
    because: bad,
    program: bad,
    model: bad,
    id: bad,
    code: bad,
    head: bad,
  };
  const kinds = ["session", "tool", "permission", "retry", "error", "harvest", "note", bad];
  const lines = render([...kinds.map((kind) => event(kind, fields)), text(`${bad}\n`)]);
  expect(lines).toHaveLength(kinds.length + 3);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not get through.
  expect(lines.join("")).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
});

it("what an event lacks or has wrong is left out", () => {
  for (const kind of ["session", "tool", "permission", "retry", "error", "harvest", "note", "cost", "usage"]) {
    for (const value of [undefined, null, 1, {}, []])
      render([event(kind, { text: value, name: value, head: value, usd: value })]);
  }
});

it("a long line is cut to the screen, by its width", () => {
  expect(render([event("tool", { name: "Bash", text: "日本語".repeat(20) })], 20)).toEqual(["● Bash  日本語日本…"]);
  const asked = { tool: "Bash", text: "ls -la src test", decision: "denied", because: "it reads" };
  expect(render([event("permission", asked)], 25)).toEqual(["✗ refused: Bash ls -la s…"]);
});

it("what it says keeps its lines, with no more than one blank line between", () => {
  expect(render([text("\n\nfirst  \n"), text("\n\n"), text("  second\n")])).toEqual(["first", "", "  second"]);
});

it("spending is said once a minute and at the end, and only when it has changed", () => {
  const cost = (usd: number, seconds: number) => event("cost", { usd, source: "reported" }, AT + seconds * 1000);
  const usage = event("usage", { input: 900, output: 200, cached: 5 }, AT + 62_000);
  expect(render([cost(0.1, 0), cost(0.2, 30), cost(0.3, 61), usage, cost(0.4, 70)])).toEqual([
    "$ so far 0.30 USD",
    "$ so far 0.40 USD, 1k tokens",
  ]);
  const view = openOutputView(page());
  expect(view.render([cost(0.1, 0)])).toEqual([]);
  expect(view.finish()).toEqual(["$ so far 0.10 USD"]);
  expect(view.finish()).toEqual([]);
});

it("the end says how, after how long, at what cost and why", () => {
  const end = { outcome: "failed", ms: 125_000, cost: "0.42 USD, 12k tokens", because: "npm test\nfails" };
  expect(endLine(end, page())).toBe("■ failed · 2 min · 0.42 USD, 12k tokens · npm test fails");
  expect(endLine({ ...end, cost: "", because: "" }, page())).toBe("■ failed · 2 min");
});
