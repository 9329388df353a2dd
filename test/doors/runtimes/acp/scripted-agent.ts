/** An agent for tests, in a process of its own: it speaks the protocol line by line and plays the scene that it is started with. */

import { createInterface } from "node:readline";

type Json = Record<string, unknown>;
type Scene = (agent: Agent, prompt: Json) => Promise<Json> | Json;

interface Agent {
  update(update: Json): void;
  say(text: string, more?: Json): void;
  /** Asks the client; answers its result, or its error. */
  ask(method: string, params: Json): Promise<Json>;
  print(line: string): void;
}

const [scene = "", ...given] = process.argv.slice(2);
const SESSION = "session-1";
const DONE = { stopReason: "end_turn" };
const MODELS = [
  { value: "fake/small", name: "Small" },
  { group: "big", options: [{ value: "fake/large" }] },
];
const CONFIG = [
  { id: "m", category: "model", currentValue: "fake/small", options: MODELS },
  { id: "t", category: "thought_level", currentValue: "low", options: [{ value: "low" }, { value: "high" }] },
];
const heard: string[] = [];
const waiting = new Map<number, (answer: Json) => void>();
let asked = 100;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const send = (message: Json): void => print(JSON.stringify({ jsonrpc: "2.0", ...message }));
const agent: Agent = {
  print,
  update: (update) => send({ method: "session/update", params: { sessionId: SESSION, update } }),
  say: (text, more = {}) =>
    agent.update({ sessionUpdate: "agent_message_chunk", content: { type: "text", text }, ...more }),
  ask: (method, params) =>
    new Promise((resolve) => {
      asked += 1;
      waiting.set(asked, resolve);
      send({ id: asked, method, params: { sessionId: SESSION, ...params } });
    }),
};

const SCENES: Record<string, Scene> = {
  turn({ update, say }) {
    const thought = (text: string): void =>
      update({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text } });
    thought("Let me ");
    thought("see.\nDONE: not so");
    say("I will write it.\nDONE: too ");
    say("early");
    const call = { toolCallId: "c1" };
    update({ sessionUpdate: "tool_call", ...call, title: "bash", kind: "execute", status: "pending", rawInput: {} });
    const input = { rawInput: { command: "git commit -qm x" } };
    update({ sessionUpdate: "tool_call_update", ...call, status: "in_progress", title: "git commit", ...input });
    update({ sessionUpdate: "tool_call_update", ...call, status: "completed" });
    const failed = [{ type: "content", content: { type: "text", text: "no such file" } }];
    const second = { toolCallId: "c2", title: "Read", kind: "read", locations: [{ path: `${process.cwd()}/a.txt` }] };
    update({ sessionUpdate: "tool_call", ...second });
    update({ sessionUpdate: "tool_call_update", toolCallId: "c2", status: "failed", content: failed });
    update({ sessionUpdate: "usage_update", used: 9, size: 10, cost: { amount: 0.5, currency: "USD" } });
    say("All ");
    say("done.\nDONE: ");
    say("said hello");
    const usage = { inputTokens: 1000, outputTokens: 300, cachedReadTokens: 200, totalTokens: 1500 };
    return { ...DONE, usage };
  },
  steps({ say }) {
    // As Qwen Code counts: what was read from a cache is a part of the input.
    const step = { inputTokens: 1200, outputTokens: 300, totalTokens: 1500, cachedReadTokens: 200 };
    say("DONE: counted");
    for (let count = 0; count < 2; count += 1) say("", { _meta: { usage: step } });
    return { ...DONE, usage: { inputTokens: 3600, outputTokens: 900, totalTokens: 4500, cachedReadTokens: 600 } };
  },
  quota: () => ({
    ...DONE,
    _meta: {
      quota: {
        token_count: { input_tokens: 30, output_tokens: 9 },
        model_usage: [
          { model: "auto", token_count: { input_tokens: 20, output_tokens: 6 } },
          { model: "large-2", token_count: { input_tokens: 10, output_tokens: 3 } },
        ],
      },
    },
  }),
  malformed({ print, update, say }) {
    print("no JSON at all");
    print("[1,2]");
    print('{"jsonrpc":"2.0","id":4711,"result":{}}');
    print('{"jsonrpc":"1.0","method":"session/update"}');
    print('{"jsonrpc":"2.0","method":"session/update","params":7}');
    print('{"jsonrpc":"2.0","method":"vendor/news","params":{"new":true}}');
    print('{"jsonrpc":"2.0","id":{},"method":"session/request_permission"}');
    print('{"jsonrpc":"2.0","id":"x","method":"vendor/question"}');
    print('{"jsonrpc":"2.0","id":"y","method":"session/request_permission","params":{"options":3}}');
    update({ sessionUpdate: "from_the_future", much: 1 });
    update({ sessionUpdate: "agent_message_chunk", content: null });
    update({ sessionUpdate: "tool_call", locations: "everywhere", rawInput: [1] });
    say("DONE: through all of it");
    return DONE;
  },
  async permission({ ask, say }) {
    const { toolCall, options } = JSON.parse(given[0] ?? "{}");
    const answer = await ask("session/request_permission", { toolCall: { toolCallId: "p1", ...toolCall }, options });
    say(JSON.stringify(answer));
    return DONE;
  },
  async files({ ask, say }) {
    for (const request of JSON.parse(given[0] ?? "[]")) {
      const { method, ...params } = request;
      say(`${JSON.stringify(await ask(`fs/${method}_text_file`, params))}\n`);
    }
    return DONE;
  },
  stop: () => ({ stopReason: given[0] ?? null }),
  error({ say }) {
    if (given[1] === "late") say("working\n");
    throw JSON.parse(given[0] ?? "{}");
  },
  async log() {
    console.error(`${given[0]}\nother`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return DONE;
  },
  vanish: () => process.exit(Number(given[0])),
  heard({ say }, prompt) {
    say(JSON.stringify([...heard, prompt.prompt]));
    return DONE;
  },
  flood({ ask }) {
    process.stdin.pause();
    setInterval(() => {}, 1000);
    for (let count = 0; count < 40; count += 1) void ask("fs/read_text_file", { path: "big.txt" });
    return new Promise(() => {});
  },
  longLine({ print, say }) {
    print(`{"jsonrpc":"2.0","method":"x","params":"${"x".repeat(17 * 1024 * 1024)}"}`);
    say("DONE: after the line");
    return DONE;
  },
  stay({ say }) {
    process.stdin.on("end", () => setInterval(() => {}, 1000));
    say("DONE: and I stay");
    return DONE;
  },
  cancel({ say }) {
    say("working\n");
    return new Promise((resolve) => {
      cancelled = () => {
        say("cancelled\n");
        resolve({ stopReason: "cancelled" });
      };
    });
  },
  wait: () =>
    new Promise((resolve) => {
      cancelled = () => resolve({ stopReason: "cancelled" });
    }),
  deaf({ say }) {
    process.on("SIGTERM", () => {});
    say("working\n");
    setInterval(() => {}, 1000);
    return new Promise(() => {});
  },
};
let cancelled = (): void => {};

async function answer(method: string, params: Json): Promise<Json> {
  if (method === "initialize") return greet();
  if (method === "session/new" || method === "session/load" || method === "session/resume") return open(method, params);
  if (method === "session/prompt") return (SCENES[scene] ?? (() => DONE))(agent, params);
  heard.push(`${method} ${params.configId ?? ""} ${params.value ?? params.modelId}`);
  if (params.value === "none" || params.modelId === "none") throw { code: -32602, message: "unknown model" };
  return {};
}

function greet(): Promise<Json> | Json {
  if (scene === "hang") return new Promise(() => {});
  if (scene === "refuse") {
    console.error("Invalid auth method selected.");
    process.exit(41);
  }
  const sessionCapabilities = scene.startsWith("resume") ? { resume: {} } : {};
  const authMethods = [{ id: "key", name: "API key", description: "Use a key" }];
  const agentCapabilities = { loadSession: !scene.startsWith("forgetful"), sessionCapabilities };
  const agentInfo = { name: "Scripted", version: "1.2.3" };
  return { protocolVersion: scene === "future" ? 7 : 1, agentCapabilities, authMethods, agentInfo };
}

function open(method: string, params: Json): Json {
  heard.push(`${method} ${params.sessionId ?? ""}`);
  if (scene === "signedOut") throw { code: -32000, message: "Authentication required" };
  if (method === "session/load" && scene === "lost") throw { code: -32002, message: "no such session" };
  const replay = (): void => {
    agent.say("DONE: in an earlier run");
    agent.update({ sessionUpdate: "usage_update", cost: { amount: 0.2, currency: "USD" } });
  };
  if (method === "session/load") replay();
  if (scene === "lateReplay") setTimeout(replay, 100);
  const offers = { heard: {}, models: { models: { availableModels: [], currentModelId: "auto" } } };
  const offer = given[0] === "nothing" ? {} : given[0] === "models" ? offers.models : { configOptions: CONFIG };
  return { ...(method === "session/new" ? { sessionId: SESSION } : {}), ...offer };
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params, result, error } = JSON.parse(line);
  if (method === "session/cancel") cancelled();
  else if (method !== undefined && id !== undefined) {
    answer(method, params)
      .then((answered) => send({ id, result: answered }))
      .catch((reason) => send({ id, error: reason }));
  } else if (waiting.has(id)) {
    waiting.get(id)?.(result ?? error);
    waiting.delete(id);
  }
});
