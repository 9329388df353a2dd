/**
 * What an agent tells while it works, as events of a run. What comes before the prompt is what was said in earlier runs: it
 * is passed over, but for what it cost.
 */

import type { Tokens } from "../../prices.ts";
import { type Json, type OpenTools, objectOf, openTools, said, shown, textOf } from "../agent/stream.ts";
import { addTokens, makeTokenMeter } from "../agent/token-meter.ts";
import type { WorkerEvent } from "../driver.ts";
import { makeSpeech } from "./speech.ts";
import { callText, mergeToolCall, resultText, type ToolCall } from "./tool-calls.ts";
import { stepTokensOf } from "./usage.ts";

/** Calls that are remembered: what comes later to an older one is shown as a call of its own. */
const MOST_CALLS = 1_000;

/** Say nothing that a person would read or the engine would use. */
const SILENT: ReadonlySet<unknown> = new Set([
  "user_message_chunk",
  "plan",
  "available_commands_update",
  "current_mode_update",
  "config_option_update",
  "session_info_update",
]);

export interface UpdateReader {
  read(update: Json): readonly WorkerEvent[];
  /** From now on it is about the prompt. `costUsd`: what the session cost before, as far as that was told elsewhere. */
  begin(costUsd: number): void;
  /** A call that the agent speaks of elsewhere; it is shown, if it was not yet. */
  readCall(told: Json): { call: ToolCall; events: readonly WorkerEvent[] };
  /** What was held back of lines and tools. */
  flush(): readonly WorkerEvent[];
  lastMessage(): string;
  /** What the whole turn used, beyond what its steps told. */
  countUp(turn: Tokens): WorkerEvent;
  /** Whether a model had a part in it, as far as it can be seen. */
  hasAnswered(): boolean;
}

export function readUpdates(namePath: (path: string) => string): UpdateReader {
  const speech = makeSpeech();
  const calls = new Map<string, { call: ToolCall; isShown: boolean }>();
  const meter = makeTokenMeter();
  let steps: Tokens = addTokens([]);
  const tools = openTools();
  let begun = false;
  let isAnswered = false;
  let costBefore = 0;

  function read(update: Json): readonly WorkerEvent[] {
    switch (update.sessionUpdate) {
      case "agent_message_chunk":
        return [...readStep(update), ...speech.say(chunkText(update), textOf(update.messageId))];
      case "agent_thought_chunk":
        return speech.think(chunkText(update));
      case "tool_call":
      case "tool_call_update":
        return readTool(update);
      case "usage_update":
        return readCost(update);
      default:
        return SILENT.has(update.sessionUpdate) ? [] : [shown(JSON.stringify(update))];
    }
  }

  function readTool(update: Json): readonly WorkerEvent[] {
    const isUnderWay = update.status !== undefined && update.status !== null && update.status !== "pending";
    const { call, events } = note(update, isUnderWay);
    const failure = update.status === "failed" ? [said(`failed: ${resultText(update) || callText(call)}`)] : [];
    return [...events, ...failure, ...followTool(tools, update)];
  }

  /** Many tell of a call before they know what is called: then it waits. */
  function note(told: Json, isKnown: boolean): { call: ToolCall; events: readonly WorkerEvent[] } {
    const id = textOf(told.toolCallId);
    const before = calls.get(id);
    const call = mergeToolCall(before?.call ?? null, told, namePath);
    const isShown = before?.isShown === true;
    calls.set(id, { call, isShown: isShown || isKnown });
    if (calls.size > MOST_CALLS) calls.delete(calls.keys().next().value ?? "");
    if (before === undefined) speech.endMessage();
    return { call, events: isShown || !isKnown ? [] : [...speech.flush(), callEvent(call)] };
  }

  function readStep(update: Json): readonly WorkerEvent[] {
    const tokens = stepTokensOf(update);
    if (tokens === null) return [];
    steps = addTokens([steps, tokens]);
    return [meter.read(steps)];
  }

  function readCost(update: Json): readonly WorkerEvent[] {
    const usd = costOf(update);
    return usd === null ? [] : [{ kind: "cost", usd: Math.max(0, usd - costBefore), source: "reported" }];
  }

  return {
    read(update) {
      isAnswered ||= begun && !SILENT.has(update.sessionUpdate);
      if (begun) return read(update);
      if (update.sessionUpdate === "usage_update") costBefore = costOf(update) ?? costBefore;
      return [];
    },
    begin(costUsd) {
      begun = true;
      costBefore = Math.max(costBefore, costUsd);
    },
    readCall: (told) => note(told, true),
    flush() {
      const waiting = [...calls.values()].filter(({ isShown }) => !isShown).map(({ call }) => callEvent(call));
      calls.clear();
      return [...speech.flush(), ...waiting];
    },
    lastMessage: speech.lastMessage,
    countUp: meter.read,
    hasAnswered: () => isAnswered,
  };
}

function followTool(tools: OpenTools, { sessionUpdate, toolCallId, status }: Json): readonly WorkerEvent[] {
  const id = textOf(toolCallId);
  const isOver = status === "completed" || status === "failed";
  // Of some calls nothing is told before they are over.
  if (isOver || sessionUpdate === "tool_call" || typeof status === "string") tools.begin(id);
  return isOver ? tools.end(id) : [];
}

function callEvent(call: ToolCall): WorkerEvent {
  return { kind: "tool", name: call.kind, text: callText(call) };
}

function chunkText({ content }: Json): string {
  const { text, type } = objectOf(content);
  return typeof text === "string" ? text : `[${textOf(type) || "something"}]`;
}

/** Of the session so far, in dollars; null when it says none. */
function costOf({ cost }: Json): number | null {
  const { amount, currency } = objectOf(cost);
  return typeof amount === "number" && amount >= 0 && currency === "USD" ? amount : null;
}
