/** What an agent asks to be allowed, and what it is answered. */

import type { PermissionDecision, PermissionRequest } from "../../../model/permission.ts";
import { type Json, listOf, textOf } from "../agent/stream.ts";
import type { WorkerEvent } from "../driver.ts";
import { callText, commandLine, type ToolCall } from "./tool-calls.ts";
import { findPlace, type Places } from "./workspace-files.ts";

export type Judge = (request: PermissionRequest) => PermissionDecision;

/** In the order in which they are taken. What is allowed for ever nobody judges again: no for this once comes before it. */
const ANSWERS = {
  allowed: ["allow_once", "reject_once", "reject_always"],
  denied: ["reject_once", "reject_always"],
} as const;

export function requestOf(call: ToolCall): PermissionRequest {
  const { kind, title, isBackground, paths, host } = call;
  return { tool: kind, command: commandLine(call), isBackground, paths, host, title };
}

/** Where nobody judges: whatever stays in the workspace. */
export function judgeByPlace(places: Places): Judge {
  return ({ paths }) => {
    const outside = paths.find((path) => findPlace(places, path) === null);
    if (outside === undefined) return { decision: "allowed", because: "it stays in the workspace" };
    return { decision: "denied", because: `${outside} is outside the workspace` };
  };
}

export function permissionEvent(call: ToolCall, { decision, because }: PermissionDecision): WorkerEvent {
  return { kind: "permission", tool: call.kind, text: callText(call), decision, because };
}

/** The answer in the agent's own words; one that has none for it takes it as the end of the turn. */
export function answerOf(options: unknown, decision: PermissionDecision["decision"]): Json {
  const kinds: readonly string[] = ANSWERS[decision];
  const [chosen] = listOf(options)
    .filter(({ kind, optionId }) => kinds.includes(textOf(kind)) && textOf(optionId) !== "")
    .sort((one, other) => kinds.indexOf(textOf(one.kind)) - kinds.indexOf(textOf(other.kind)));
  return { outcome: chosen ? { outcome: "selected", optionId: chosen.optionId } : { outcome: "cancelled" } };
}
