/** Lines as Codex 0.169.0 printed them, shortened. */

import { describe, expect, it } from "vitest";
import { codexStream } from "../../../../src/doors/runtimes/codex/stream.ts";
import type { WorkerEvent } from "../../../../src/doors/runtimes/driver.ts";

const THREAD = "01a1f9b5-9350-75d1-8b4d-9a95de422574";
const STARTED = { type: "thread.started", thread_id: THREAD };
const NOW = new Date(2026, 10, 20, 18, 55, 30).getTime();
const NOTHING = { input: 0, output: 0, cached: 0 };
const turn = (input: number, output: number, cached: number) => ({
  type: "turn.completed",
  usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
});
const item = (type: "item.started" | "item.completed", fields: object) => ({ type, item: { id: "item_1", ...fields } });

function hear(lines: readonly (object | string)[], before = NOTHING): readonly WorkerEvent[] {
  const stream = codexStream({
    before,
    lookUp: () => ({ version: "0.169.0", model: "gpt-5.1-codex", tokens: null }),
    now: () => NOW,
  });
  return lines.flatMap((line) => stream.read(typeof line === "string" ? line : JSON.stringify(line)));
}

describe("the stream of Codex", () => {
  it("tells the session, with the version and the model that are noted beside it", () => {
    const session = { kind: "session", id: THREAD, program: "codex 0.169.0", model: "gpt-5.1-codex" };
    expect(hear([STARTED])).toEqual([session]);
  });

  it("shows commands when they begin, and what failed when they end", () => {
    const command = { type: "command_execution", command: "npm test" };
    const failed = { ...command, exit_code: 1, aggregated_output: "1 failed" };
    expect(hear([item("item.started", command), item("item.completed", failed)])).toEqual([
      { kind: "tool", name: "shell", text: "npm test" },
      { kind: "text", text: "exit code 1: 1 failed", dropped: 0, mayBeSignal: false },
      { kind: "waits" },
    ]);
    expect(hear([item("item.completed", { ...command, exit_code: 0 })])).toEqual([]);
  });

  it("tells that it waits for its model when the last of its tools has ended", () => {
    const command = (id: string) => ({ id, type: "command_execution", command: "npm test", exit_code: 0 });
    const begun = [item("item.started", command("a")), item("item.started", command("b"))];
    const half = [...begun, item("item.completed", command("a"))];
    expect(hear(half).map(({ kind }) => kind)).toEqual(["tool", "tool"]);
    expect(hear([...half, item("item.completed", command("b"))]).at(-1)).toEqual({ kind: "waits" });
    const change = { type: "file_change", changes: [{ path: "a.txt" }] };
    expect(hear([item("item.completed", change)]).map(({ kind }) => kind)).toEqual(["tool", "waits"]);
  });

  it("ends with its last message, which alone may be a signal", () => {
    const say = (text: string) => item("item.completed", { type: "agent_message", text });
    const heard = hear([STARTED, say("DONE: half"), say("DONE: whole"), turn(3600, 900, 600)]);
    expect(heard.filter(({ kind }) => kind === "text")).toMatchObject([{ mayBeSignal: false }, { mayBeSignal: false }]);
    expect(heard.at(-1)).toEqual({ kind: "done", text: "DONE: whole" });
  });

  it("does not count again what an earlier run of the conversation used", () => {
    const [usage] = hear([turn(7200, 1800, 1200)], { input: 3000, output: 900, cached: 600 });
    expect(usage).toEqual({ kind: "usage", input: 3000, output: 900, cached: 600 });
  });

  it("counts each turn of a conversation for itself, and never less than nothing", () => {
    const heard = hear([turn(3600, 900, 600), turn(7200, 1800, 1200), turn(100, 10, 0)]);
    expect(heard.filter(({ kind }) => kind === "usage")).toEqual([
      { kind: "usage", input: 3000, output: 900, cached: 600 },
      { kind: "usage", input: 3000, output: 900, cached: 600 },
    ]);
  });

  it("tells what is noted of a turn that does not come to its end, once, and before what went wrong", () => {
    const noted = [null, { input: 1000, output: 300, cached: 200 }, { input: 1500, output: 400, cached: 200 }];
    const stream = codexStream({
      before: { input: 400, output: 100, cached: 0 },
      lookUp: () => ({ version: "0.169.0", model: "m", tokens: (noted.length > 1 ? noted.shift() : noted[0]) ?? null }),
      now: () => NOW,
    });
    const read = (line: object) => stream.read(JSON.stringify(line));
    expect(read(STARTED).map(({ kind }) => kind)).toEqual(["session"]);
    expect(read(item("item.started", { type: "command_execution", command: "npm test" }))).toMatchObject([
      { kind: "usage", input: 600, output: 200, cached: 200 },
      { kind: "tool" },
    ]);
    expect(read({ type: "turn.failed", error: { message: "unexpected status 401 Unauthorized" } })).toMatchObject([
      { kind: "usage", input: 500, output: 100, cached: 0 },
      { kind: "error" },
    ]);
    expect(stream.look?.()).toEqual([]);
  });

  it("looks a last time when its process is gone", () => {
    let tokens: typeof NOTHING | null = null;
    const stream = codexStream({
      before: NOTHING,
      lookUp: () => ({ version: null, model: null, tokens }),
      now: () => NOW,
    });
    expect(stream.look?.()).toEqual([]);
    stream.read(JSON.stringify(STARTED));
    tokens = { input: 7, output: 8, cached: 9 };
    expect(stream.look?.()).toEqual([{ kind: "usage", input: 7, output: 8, cached: 9 }]);
  });

  it("takes a warning for a warning", () => {
    const warning = item("item.completed", { type: "error", message: "Model metadata not found" });
    expect(hear([warning])).toMatchObject([{ kind: "text" }]);
  });

  it.each([
    ["unexpected status 401 Unauthorized", "provider"],
    ["You've hit your usage limit. Try again later.", "quota"],
    ["exceeded retry limit, last status: 429 Too Many Requests", "quota"],
    ["We're currently experiencing high demand, which may cause temporary errors.", "provider"],
    ["stream disconnected before completion", "provider"],
    ["unexpected status 400 Bad Request: unknown parameter", "other"],
    ["Codex ran out of room in the model's context window.", "other"],
  ])("%s: %s", (message, code) => {
    expect(hear([{ type: "turn.failed", error: { message } }])).toMatchObject([{ kind: "error", code }]);
  });

  it.each([
    ["try again at 8:55 PM.", new Date(2026, 10, 20, 20, 56).getTime()],
    ["try again at Nov 22nd, 2026 7:00 PM.", new Date(2026, 10, 22, 19, 1).getTime()],
    ["try again at 8:55 AM.", null],
    ["try again at a better time.", null],
  ])("a usage limit lasts as long as it says: %s", (words, until) => {
    const message = `You’ve hit your usage limit. Visit the settings to purchase more credits or ${words}`;
    expect(hear([{ type: "turn.failed", error: { message } }])).toMatchObject([
      { kind: "error", code: "quota", until },
    ]);
  });

  it("tells each time that it tries again", () => {
    expect(hear([{ type: "error", message: "Reconnecting... 2/5" }])).toMatchObject([
      { kind: "retry", isQuota: false },
    ]);
  });

  it.each(["{", "null", "words", '{"type":"new.thing"}'])("%s is shown", (line) => {
    expect(hear([line])).toMatchObject([{ kind: "text", text: line }]);
  });

  it.each([
    [`/bin/bash -lc 'sleep 4; npm test'`, "sleep 4; npm test"],
    [`bash -c "echo \\"\\$HOME\\" 'a b'"`, `echo "$HOME" 'a b'`],
    ["npm test", "npm test"],
    [`/bin/bash -lc 'a' 'b`, `/bin/bash -lc 'a' 'b`],
  ])("of %s it tells what is run: %s", (command, text) => {
    const started = item("item.started", { type: "command_execution", command });
    expect(hear([started])).toEqual([{ kind: "tool", name: "shell", text }]);
  });
});
