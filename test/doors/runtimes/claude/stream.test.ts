/** Lines as Claude Code 2.1.197 printed them, shortened. */

import { describe, expect, it } from "vitest";
import { claudeStream } from "../../../../src/doors/runtimes/claude/stream.ts";
import type { WorkerEvent } from "../../../../src/doors/runtimes/driver.ts";

const INIT = {
  type: "system",
  subtype: "init",
  session_id: "660952c1-05bf-41a4-a601-7ddfe45a84ca",
  model: "claude-opus-4-8",
  claude_code_version: "2.1.197",
};
const USAGE = { input_tokens: 1200, cache_read_input_tokens: 200, cache_creation_input_tokens: 50, output_tokens: 1 };
const WRITE = {
  type: "tool_use",
  id: "toolu_1",
  name: "Write",
  input: { file_path: "/repo/a.txt", content: "hello\n" },
};
const RESULT = {
  type: "result",
  subtype: "success",
  is_error: false,
  api_error_status: null,
  result: "DONE: said hello",
  total_cost_usd: 0.04,
  modelUsage: {
    "claude-opus-4-8": { inputTokens: 3600, outputTokens: 900, cacheReadInputTokens: 600, cacheCreationInputTokens: 0 },
    "claude-haiku-4-5": { inputTokens: 100, outputTokens: 20, cacheReadInputTokens: 0, cacheCreationInputTokens: 10 },
  },
  permission_denials: [],
};

const message = (id: string, ...content: object[]) => ({ type: "assistant", message: { id, content, usage: USAGE } });

const NOTHING_NOTED = { denied: new Set<string>(), lookUp: () => new Map(), now: Date.now };

function hear(...lines: readonly (object | string)[]): readonly WorkerEvent[] {
  const stream = claudeStream(NOTHING_NOTED);
  return lines.flatMap((line) => stream.read(typeof line === "string" ? line : JSON.stringify(line)));
}

const usage = (input: number, output: number, cached: number) => ({ kind: "usage", input, output, cached });
const usageOf = (events: readonly WorkerEvent[]) => events.filter(({ kind }) => kind === "usage");
const last = (...lines: readonly (object | string)[]): WorkerEvent | undefined => hear(...lines).at(-1);

describe("the stream of Claude Code", () => {
  it("tells session, version and model", () => {
    const { session_id: id, model } = INIT;
    expect(hear(INIT)).toEqual([{ kind: "session", id, program: "claude 2.1.197", model }]);
  });

  it("does not show what it says of tools that it had once, and shows what it says of the person's own rules", () => {
    const warning = (tool: string) => `Permission ask rule "${tool}" matches no known tool — check for typos.`;
    expect(hear(...["MultiEdit", "LS", "NotebookRead"].map(warning))).toEqual([]);
    expect(hear(warning("Bsah"))).toMatchObject([{ kind: "text", text: warning("Bsah") }]);
  });

  it("shows words and tools; words on the way are no signals", () => {
    expect(hear(message("m1", { type: "text", text: "DONE: not yet" }, WRITE))).toEqual([
      { kind: "text", text: "DONE: not yet", dropped: 0, mayBeSignal: false },
      { kind: "tool", name: "Write", text: "/repo/a.txt" },
      { kind: "usage", input: 1250, output: 1, cached: 200 },
    ]);
  });

  it("counts a message once, though each of its parts comes with the usage of the whole", () => {
    const heard = hear(message("m1", WRITE), message("m1", WRITE), message("m2", WRITE));
    expect(usageOf(heard)).toEqual([usage(1250, 1, 200), usage(0, 0, 0), usage(1250, 1, 200)]);
  });

  it("ends with the figures of all models, the cost and the answer", () => {
    expect(hear(RESULT)).toEqual([
      { kind: "usage", input: 3710, output: 920, cached: 600 },
      { kind: "cost", usd: 0.04, source: "reported" },
      { kind: "done", text: "DONE: said hello" },
    ]);
  });

  it("adds at the end what its messages did not tell, and takes nothing back", () => {
    const heard = hear(message("m1", WRITE), RESULT, { ...RESULT, modelUsage: {} });
    expect(usageOf(heard)).toEqual([usage(1250, 1, 200), usage(2460, 919, 400), usage(0, 0, 0)]);
  });

  it("names what its own settings refused, though it calls that a success", () => {
    const denial = { tool_name: "Bash", tool_use_id: "toolu_2", tool_input: { command: "git push" } };
    expect(hear({ ...RESULT, permission_denials: [denial] })).toContainEqual({
      ...{ kind: "permission", tool: "Bash", text: "git push", decision: "denied", because: "its own settings" },
    });
  });

  it.each([
    ["a limit inside a success", { is_error: true, api_error_status: 429, result: "API Error: 429" }, "quota", null],
    [
      "a limit with its reset",
      { is_error: true, api_error_status: 429, result: "Claude AI usage limit reached|1795192000" },
      "quota",
      1_795_192_000_000,
    ],
    ["no sign-in", { is_error: true, api_error_status: 401, result: "Not logged in" }, "provider", null],
    ["a broken provider", { is_error: true, api_error_status: 500, result: "API Error: 500" }, "provider", null],
    [
      "a conversation that is gone",
      { is_error: true, subtype: "error_during_execution", result: "", errors: ["No conversation found"] },
      "other",
      null,
    ],
    ["too many turns", { is_error: true, subtype: "error_max_turns", result: "" }, "other", null],
  ] as const)("%s is an error", (_title, fields, code, until) => {
    expect(last({ ...RESULT, ...fields })).toMatchObject({ kind: "error", code, until });
  });

  it("a subscription that is used up is held back until its reset", () => {
    const limit = (status: string) => ({
      type: "rate_limit_event",
      rate_limit_info: { status, resetsAt: 1_795_208_194, rateLimitType: "five_hour", isUsingOverage: false },
    });
    const refused = { ...RESULT, is_error: true, api_error_status: 429, result: "You've hit your session limit" };
    const held = { kind: "error", code: "quota", until: 1_795_208_194_000 };
    expect(last(limit("rejected"), refused)).toMatchObject(held);
    expect(last(limit("allowed_warning"), refused)).toMatchObject({ ...held, until: null });
    expect(hear(limit("allowed"))).toEqual([]);
  });

  it("tells that it waits for its model when the last of its tools has ended", () => {
    const other = { ...WRITE, id: "toolu_2" };
    const result = (id: string) => ({
      type: "user",
      message: { content: [{ type: "tool_result", tool_use_id: id, content: "ok" }] },
    });
    const half = [message("m1", WRITE), message("m1", other), result("toolu_1")];
    expect(hear(...half).map(({ kind }) => kind)).not.toContain("waits");
    expect(last(...half, result("toolu_2"))).toEqual({ kind: "waits" });
  });

  it("tells each time that it tries again", () => {
    const retry = {
      type: "system",
      subtype: "api_retry",
      attempt: 2,
      max_retries: 10,
      error_status: 429,
      error: "rate_limit",
    };
    expect(hear(retry)).toEqual([{ kind: "retry", text: "429 rate_limit, attempt 2 of 10", isQuota: true }]);
    expect(hear({ ...retry, error_status: null, error: "unknown" })).toMatchObject([{ isQuota: false }]);
  });

  it.each(["status", "hook_started", "task_started", "task_progress", "task_notification"])(
    "says nothing of %s, which is told of otherwise",
    (subtype) => expect(hear({ type: "system", subtype, description: "Run it" })).toEqual([]),
  );

  it.each([
    "{",
    "null",
    "[1]",
    "plain words",
    '{"type":"new_thing","x":1}',
    '{"type":"assistant"}',
    '{"type":"result"}',
  ])("%s never throws, and what it does not know is shown", (line) => {
    const heard = hear(line);
    if (!/assistant|result/.test(line)) expect(heard).toEqual([expect.objectContaining({ kind: "text", text: line })]);
  });
});

it("counts of each message what is noted of it when it is over, a last time when its process is gone", () => {
  const noted = new Map<string, Record<string, number>>();
  const lookUp = (session: string) => (session === "s-1" ? noted : new Map());
  const stream = claudeStream({ ...NOTHING_NOTED, lookUp });
  const read = (line: object) => usageOf(stream.read(JSON.stringify(line)));
  stream.read(JSON.stringify({ type: "system", subtype: "init", session_id: "s-1" }));
  const begun = { input_tokens: 100, output_tokens: 1 };
  const part = (id: string) => ({ type: "assistant", message: { id, content: [], usage: begun } });
  noted.set("before", { input_tokens: 9_000, output_tokens: 900 });
  expect(read(part("m1"))).toEqual([usage(100, 1, 0)]);
  noted.set("m1", { input_tokens: 100, output_tokens: 300 });
  expect(read(part("m2"))).toEqual([usage(100, 300, 0)]);
  expect(stream.look?.()).toEqual([]);
  noted.set("m2", { input_tokens: 100, output_tokens: 50 });
  expect(stream.look?.()).toEqual([usage(0, 49, 0)]);
});
