/** The stream of `codex exec --json` (0.169.0 was tried). It names no model and no cost, and counts over all of a thread. */

import {
  figureOf,
  type Json,
  listOf,
  objectOf,
  parseLine,
  refusal,
  type StreamReader,
  said,
  saysQuota,
  shown,
  textOf,
  toolEvent,
} from "./agent-stream.ts";
import type { WorkerEvent } from "./driver.ts";

/** Tokens of a thread before this process took it up again. */
export interface Spent {
  input: number;
  output: number;
  cached: number;
}

export function codexStream({ model, before }: { model: string | null; before: Spent }): StreamReader {
  let last = "";

  function read(line: string): readonly WorkerEvent[] {
    const event = parseLine(line);
    if (event === null) return line.trim() === "" ? [] : [shown(line)];
    switch (event.type) {
      case "thread.started":
        return [{ kind: "session", id: textOf(event.thread_id), program: "codex", model }];
      case "turn.started":
      case "item.updated":
        return [];
      case "item.started":
        return readStart(objectOf(event.item));
      case "item.completed":
        return readItem(objectOf(event.item), line);
      case "turn.completed":
        return [readUsage(objectOf(event.usage), before), { kind: "done", text: last }];
      case "turn.failed":
        return [readFailure(textOf(objectOf(event.error).message))];
      case "error":
        return [readTrouble(textOf(event.message))];
      default:
        return [shown(line)];
    }
  }

  function readItem(item: Json, line: string): readonly WorkerEvent[] {
    switch (item.type) {
      case "agent_message":
        last = textOf(item.text);
        return [said(last)];
      case "command_execution":
        return item.exit_code === 0 ? [] : [said(`exit code ${item.exit_code}: ${textOf(item.aggregated_output)}`)];
      case "file_change":
        return [
          toolEvent("edit", {
            path: listOf(item.changes)
              .map(({ path }) => textOf(path))
              .join(", "),
          }),
        ];
      case "reasoning":
        return [said(textOf(item.text))];
      case "error":
        // A warning: the turn goes on.
        return [said(textOf(item.message))];
      case "mcp_tool_call":
      case "web_search":
      case "todo_list":
        return [];
      default:
        return [shown(line)];
    }
  }

  return { read };
}

function readStart(item: Json): readonly WorkerEvent[] {
  switch (item.type) {
    case "command_execution":
      return [toolEvent("shell", item)];
    case "mcp_tool_call":
      return [toolEvent(`${textOf(item.server)} ${textOf(item.tool)}`, item.arguments)];
    case "web_search":
      return [toolEvent("search", item)];
    default:
      return [];
  }
}

function readUsage(usage: Json, before: Spent): WorkerEvent {
  const cached = figureOf(usage.cached_input_tokens);
  return {
    kind: "usage",
    // What was read from a cache is a part of the input here.
    input: Math.max(0, figureOf(usage.input_tokens) - cached - before.input),
    output: Math.max(0, figureOf(usage.output_tokens) - before.output),
    cached: Math.max(0, cached - before.cached),
  };
}

/** It tries again without an end: `Reconnecting... 2/5`. */
function readTrouble(message: string): WorkerEvent {
  if (/reconnecting|retrying|waiting for network/i.test(message))
    return { kind: "retry", text: message, isQuota: saysQuota(message) };
  return readFailure(message);
}

function readFailure(message: string): WorkerEvent {
  const status = Number(/\b(?:status|error|code)[ :=]*([45]\d\d)\b/i.exec(message)?.[1] ?? Number.NaN);
  const isOfProvider =
    Number.isFinite(status) ||
    saysQuota(message) ||
    /stream disconnected|connection|network|timed? ?out|unauthorized/i.test(message);
  if (!isOfProvider) return { kind: "error", code: "other", text: message, until: null };
  return refusal(Number.isFinite(status) ? status : null, message, null);
}
