/** The program of the driver contract: plays a scene in the words of one kind of agent. `node contract-agent.ts KIND SCENE MARK`. */

import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

const [kind = "", scene = "", mark = ""] = process.argv.slice(2);
const SESSION = "660952c1-05bf-41a4-a601-7ddfe45a84ca";
const LAST = "It is done.\nDONE: all of it";
const UNKNOWN = { type: "from_the_future", much: 1 };
const MODEL = "scripted-model";
const SHELL = { command: "make it" };

const print = (...lines: readonly object[]): void => {
  for (const line of lines) console.log(JSON.stringify(line));
};

/** Answers whether it is to work. */
function begin(prompt: string): boolean {
  const found = { cwd: process.cwd(), env: process.env, argv: process.argv, prompt };
  writeFileSync("heard.json", JSON.stringify(found));
  if (scene === "work") return true;
  process.on("SIGTERM", () => {});
  spawn("sleep", [mark], { stdio: "ignore" });
  return false;
}

async function command(): Promise<void> {
  if (!begin(await text(process.stdin))) return;
  for (const line of ["DONE: too early", JSON.stringify(UNKNOWN), LAST]) console.log(line);
}

async function claude(): Promise<void> {
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const version = { session_id: SESSION, model: MODEL, claude_code_version: "1.2.3" };
  const { value: opening = "" } = await lines.next();
  print({ type: "system", subtype: "init", ...version });
  if (!begin(JSON.parse(opening).message.content[0].text)) return;
  const usage = { input_tokens: 1000, cache_read_input_tokens: 200, output_tokens: 1 };
  const say = (id: string, content: object[]): void => print({ type: "assistant", message: { id, content, usage } });
  say("m1", [{ type: "text", text: "DONE: too early" }]);
  say("m1", [{ type: "tool_use", name: "Bash", input: SHELL }]);
  print(UNKNOWN);
  say("m2", [{ type: "text", text: LAST }]);
  const modelUsage = { [MODEL]: { inputTokens: 3000, outputTokens: 900, cacheReadInputTokens: 600 } };
  print({ type: "result", subtype: "success", is_error: false, result: LAST, total_cost_usd: 0.5, modelUsage });
  await lines.next();
}

async function codex(): Promise<void> {
  const prompt = await text(process.stdin);
  // What it does not say in its stream stands in its own folder.
  const folder = join(process.env.HOME ?? "", ".codex/sessions/2026/11/20");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, `rollout-${SESSION}.jsonl`),
    `{"type":"session_meta","payload":{"cli_version":"1.2.3"}}\n{"type":"turn_context","payload":{"model":"${MODEL}"}}\n`,
  );
  print({ type: "thread.started", thread_id: SESSION }, { type: "turn.started" });
  if (!begin(prompt)) return;
  const item = (type: string, fields: object): object => ({ type, item: { id: "item_1", ...fields } });
  print(
    item("item.completed", { type: "agent_message", text: "DONE: too early" }),
    item("item.started", { type: "command_execution", ...SHELL }),
    item("item.completed", { type: "command_execution", ...SHELL, exit_code: 0 }),
    UNKNOWN,
    item("item.completed", { type: "agent_message", text: LAST }),
    { type: "turn.completed", usage: { input_tokens: 3600, cached_input_tokens: 600, output_tokens: 900 } },
  );
}

function acp(): void {
  const send = (message: object): void => print({ jsonrpc: "2.0", ...message });
  const update = (fields: object): void =>
    send({ method: "session/update", params: { sessionId: SESSION, update: fields } });
  const say = (said: string): void =>
    update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text: said } });
  const models = { availableModels: [], currentModelId: MODEL };
  const answers: Record<string, object> = {
    initialize: { protocolVersion: 1, agentInfo: { name: "Scripted", version: "1.2.3" } },
    "session/new": { sessionId: SESSION, models },
    "session/set_model": {},
  };
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    if (method !== "session/prompt") return id === undefined ? undefined : send({ id, result: answers[method] });
    if (!begin(params.prompt[0].text)) return;
    say("DONE: too early");
    update({ sessionUpdate: "tool_call", toolCallId: "1", kind: "execute", status: "in_progress", rawInput: SHELL });
    update({ ...UNKNOWN, sessionUpdate: "from_the_future" });
    update({ sessionUpdate: "usage_update", used: 1, size: 2, cost: { amount: 0.5, currency: "USD" } });
    say(LAST);
    const usage = { inputTokens: 3000, outputTokens: 900, cachedReadTokens: 600, totalTokens: 4500 };
    send({ id, result: { stopReason: "end_turn", usage } });
  });
}

const kinds: Record<string, () => void> = { command, claude, codex, acp };
await kinds[kind]?.();
