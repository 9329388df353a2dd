/**
 * The stream of `codex exec --json` (0.169.0 was tried). It names no model and no cost, and counts over all of a thread, at
 * the end of a turn alone: what is told until then is looked up.
 */

import { judgeRefusal, judgeRetry } from "../agent/refusal.ts";
import { readResetTime } from "../agent/reset-time.ts";
import {
  type Json,
  listOf,
  objectOf,
  openTools,
  parseLine,
  type StreamReader,
  said,
  shown,
  textOf,
  toolEvent,
} from "../agent/stream.ts";
import type { WorkerEvent } from "../driver.ts";
import { readCodexTokens } from "./session.ts";
import { type ThreadDoors, watchThread } from "./thread.ts";

export interface CodexDoors extends ThreadDoors {
  now(): number;
}

export function codexStream({ before, lookUp, now }: CodexDoors): StreamReader {
  const thread = watchThread({ before, lookUp });
  const tools = openTools();
  let last = "";

  function read(line: string): readonly WorkerEvent[] {
    const event = parseLine(line);
    if (event === null) return line.trim() === "" ? [] : [shown(line)];
    switch (event.type) {
      case "thread.started":
        return thread.begin(textOf(event.thread_id));
      case "turn.started":
      case "item.updated":
        return [];
      case "item.started":
        return [...thread.news(), ...readStart(objectOf(event.item))];
      case "item.completed":
        return [
          ...thread.news(),
          ...readItem(objectOf(event.item), line),
          ...tools.end(textOf(objectOf(event.item).id)),
        ];
      case "turn.completed":
        return [
          ...thread.news(),
          ...thread.spent(readCodexTokens(objectOf(event.usage))),
          { kind: "done", text: last },
        ];
      case "turn.failed":
        return [...thread.news(), readFailure(textOf(objectOf(event.error).message), now())];
      case "error":
        return [readTrouble(textOf(event.message), now())];
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
        tools.begin(textOf(item.id));
        return [toolEvent("edit", { path: pathsOf(item) })];
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

  function readStart(item: Json): readonly WorkerEvent[] {
    const event = startOf(item);
    if (event === null) return [];
    tools.begin(textOf(item.id));
    return [event];
  }

  function readCut(head: string): readonly WorkerEvent[] {
    // What it said before is not its last message any more.
    if (head.includes('"agent_message"')) last = "";
    return [];
  }

  return { read, readCut, look: thread.news };
}

function startOf(item: Json): WorkerEvent | null {
  switch (item.type) {
    case "command_execution":
      return toolEvent("shell", { command: unwrap(textOf(item.command)) });
    case "mcp_tool_call":
      return toolEvent(`${textOf(item.server)} ${textOf(item.tool)}`, item.arguments);
    case "web_search":
      return toolEvent("search", item);
    default:
      return null;
  }
}

function pathsOf({ changes }: Json): string {
  return listOf(changes)
    .map(({ path }) => textOf(path))
    .join(", ");
}

/** It tells `/bin/bash -lc "npm test"`, as a shell would take it: what is run in that is what a person wants to know. */
function unwrap(command: string): string {
  const [, mark, words] = /^\S*sh -l?c (["'])(.*)\1$/s.exec(command) ?? [];
  if (words === undefined) return command;
  return mark === "'" ? words.replaceAll("'\\''", "'") : words.replace(/\\([\\"$`])/g, "$1");
}

/** It tries again without an end: `Reconnecting... 2/5`. */
function readTrouble(message: string, now: number): WorkerEvent {
  if (/reconnecting|retrying|waiting for network/i.test(message)) return judgeRetry({ text: message });
  return readFailure(message, now);
}

function readFailure(text: string, now: number): WorkerEvent {
  return judgeRefusal({ text, until: readResetTime(text, now) });
}
