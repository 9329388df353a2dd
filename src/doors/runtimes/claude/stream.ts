/** The stream of `claude -p --output-format stream-json --verbose` (2.1.197 was tried). */

import { judgeRefusal, judgeRetry } from "../agent/refusal.ts";
import { readResetTime } from "../agent/reset-time.ts";
import {
  figureOf,
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
import { countMessages, type NotedUsage } from "./usage.ts";

/** Says nothing that a person would read or the engine would use. */
const SILENT = new Set(["control_response", "stream_event", "keep_alive"]);
/** Tools of older versions are asked for too: it says of each that it has none of that name. */
const OLDER_TOOL = /^Permission ask rule "(?:MultiEdit|LS|NotebookRead)" matches no known tool/;
/** A command's task begins and ends around the tool that is told of anyway. */
const SILENT_SYSTEM = new Set(["status", "hook_started", "task_started", "task_progress", "task_notification"]);

export interface ClaudeDoors {
  /** Tools whose denial was told already. */
  denied: Set<string>;
  lookUp: NotedUsage;
  now(): number;
}

export function claudeStream({ denied, lookUp, now }: ClaudeDoors): StreamReader {
  const count = countMessages(lookUp);
  const tools = openTools();
  let reset: number | null = null;

  function read(line: string): readonly WorkerEvent[] {
    const event = parseLine(line);
    if (event === null) return line.trim() === "" || OLDER_TOOL.test(line) ? [] : [shown(line)];
    switch (event.type) {
      case "system":
        if (event.subtype === "init") count.begin(textOf(event.session_id));
        return readSystem(event, line);
      case "assistant":
        return readMessage(objectOf(event.message));
      case "user":
        return listOf(objectOf(event.message).content).flatMap((part) => [
          ...readResultOfTool(part),
          ...tools.end(textOf(part.tool_use_id)),
        ]);
      case "result":
        return readResult(event);
      case "rate_limit_event":
        reset = readLimit(objectOf(event.rate_limit_info));
        return [];
      case "control_request":
        return [];
      default:
        return SILENT.has(textOf(event.type)) ? [] : [shown(line)];
    }
  }

  function readMessage(message: Json): readonly WorkerEvent[] {
    const parts = listOf(message.content).flatMap((part): WorkerEvent[] => {
      if (part.type === "text") return [said(textOf(part.text))];
      if (part.type !== "tool_use") return [];
      tools.begin(textOf(part.id));
      return [toolEvent(textOf(part.name), part.input)];
    });
    return [...parts, count.add(message)];
  }

  function readResult(result: Json): readonly WorkerEvent[] {
    const usd = result.total_cost_usd;
    const denials = listOf(result.permission_denials).filter(({ tool_use_id }) => !denied.has(textOf(tool_use_id)));
    for (const { tool_use_id } of denials) denied.add(textOf(tool_use_id));
    return [
      count.finish(result.modelUsage),
      ...(typeof usd === "number" ? [{ kind: "cost" as const, usd, source: "reported" as const }] : []),
      ...denials.map((denial) => deniedEvent(denial)),
      readEnd(result, reset, now()),
    ];
  }

  return {
    read,
    look: count.look,
    readCut: (head) =>
      head.includes('"type":"result"')
        ? [{ kind: "error", code: "other", text: "its last message is too long to be read", until: null }]
        : [],
  };
}

function readSystem(event: Json, line: string): readonly WorkerEvent[] {
  if (event.subtype === "init") {
    const version = textOf(event.claude_code_version);
    const program = version === "" ? "claude" : `claude ${version}`;
    return [{ kind: "session", id: textOf(event.session_id), program, model: textOf(event.model) || null }];
  }
  if (event.subtype === "api_retry") {
    const status = typeof event.error_status === "number" ? event.error_status : null;
    const words = `${status ?? "no answer"} ${textOf(event.error)}, attempt ${figureOf(event.attempt)} of ${figureOf(event.max_retries)}`;
    return [judgeRetry({ status, text: words })];
  }
  return SILENT_SYSTEM.has(textOf(event.subtype)) ? [] : [shown(line)];
}

function readResultOfTool(part: Json): WorkerEvent[] {
  if (part.type !== "tool_result" || part.is_error !== true) return [];
  return [said(`failed: ${typeof part.content === "string" ? part.content : JSON.stringify(part.content)}`)];
}

/** `success` may be an error, and an exit code of 0 anything: what is said in these fields holds. */
function readEnd(result: Json, reset: number | null, now: number): WorkerEvent {
  const text = textOf(result.result) || errorsOf(result.errors).join("; ");
  if (result.is_error !== true) return { kind: "done", text };
  const subtype = textOf(result.subtype);
  if (subtype === "error_max_turns" || subtype === "error_max_budget_usd")
    return { kind: "error", code: "other", text: subtype.replace(/^error_/, "").replaceAll("_", " "), until: null };
  const status = typeof result.api_error_status === "number" ? result.api_error_status : null;
  const until = reset ?? readReset(text) ?? readResetTime(text, now);
  return judgeRefusal({ ...(status === null ? {} : { status }), text: text || subtype, until });
}

/** Words, or objects that hold them. */
function errorsOf(errors: unknown): readonly string[] {
  const words = Array.isArray(errors) ? errors.map((error) => textOf(error) || textOf(objectOf(error).message)) : [];
  return words.filter((each) => each !== "");
}

/** Of a subscription: when it may be used again, where it may not be used at present. */
function readLimit({ status, resetsAt }: Json): number | null {
  return status === "rejected" && typeof resetsAt === "number" ? resetsAt * 1000 : null;
}

/** `Claude AI usage limit reached|1763660000`: seconds since 1970. */
function readReset(text: string): number | null {
  const seconds = Number(/\|(\d{10})\b/.exec(text)?.[1]);
  return Number.isFinite(seconds) ? seconds * 1000 : null;
}

function deniedEvent({ tool_name, tool_input }: Json): WorkerEvent {
  const { text } = toolEvent(textOf(tool_name), tool_input) as Extract<WorkerEvent, { kind: "tool" }>;
  return { kind: "permission", tool: textOf(tool_name), text, decision: "denied", because: "its own settings" };
}
