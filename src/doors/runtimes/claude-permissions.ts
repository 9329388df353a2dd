/**
 * What Claude Code asks over its streams: `control_request` lines of the subtype `can_use_tool` (2.1.197 was tried), each
 * answered by a `control_response` with the same id.
 */

import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve } from "node:path";
import type { PermissionDecision, PermissionRequest, WorkerTool } from "../../model/permission.ts";
import { type Json, objectOf, parseLine, textOf, toolEvent } from "./agent-stream.ts";
import type { WorkerStart } from "./driver.ts";

const TOOLS: Readonly<Record<string, WorkerTool>> = {
  Bash: "shell",
  PowerShell: "shell",
  Edit: "edit",
  MultiEdit: "edit",
  Write: "edit",
  NotebookEdit: "edit",
  Read: "read",
  Glob: "read",
  Grep: "read",
  LS: "read",
  NotebookRead: "read",
  WebFetch: "fetch",
  WebSearch: "fetch",
};
/** Asked for each time, also where the person's own settings would let them pass. */
export const ASKED_FOR = ["Bash", "Edit", "Write", "NotebookEdit", "WebFetch", "WebSearch"];

/** The answer to a line; null where it asks nothing. What was asked and answered is told as an event, and in `denied`. */
export function answerClaude(
  line: string,
  { judge, onEvent, workspace }: Pick<WorkerStart, "judge" | "onEvent" | "workspace">,
  denied: Set<string>,
): string | null {
  const event = line.includes('"control_request"') ? parseLine(line) : null;
  if (event?.type !== "control_request") return null;
  const asked = objectOf(event.request);
  if (asked.subtype !== "can_use_tool") return respond(event, { subtype: "error", error: "this is not known here" });
  const name = textOf(asked.tool_name);
  const input = objectOf(asked.input);
  const request = requestOf(name, input, realpathSync(workspace));
  const { decision, because } = judge?.(request) ?? ALLOWED;
  onEvent({ kind: "permission", tool: name, text: textShown(name, input), decision, because });
  if (decision === "denied") denied.add(textOf(asked.tool_use_id));
  return respond(event, {
    subtype: "success",
    response:
      decision === "allowed" ? { behavior: "allow", updatedInput: input } : { behavior: "deny", message: because },
  });
}

const ALLOWED: PermissionDecision = { decision: "allowed", because: "nobody judges" };

function respond(event: Json, response: Json): string {
  return `${JSON.stringify({ type: "control_response", response: { ...response, request_id: event.request_id } })}\n`;
}

function requestOf(name: string, input: Json, workspace: string): PermissionRequest {
  const paths = [input.file_path, input.notebook_path, input.path].map(textOf).filter((path) => path !== "");
  const url = textOf(input.url);
  return {
    tool: TOOLS[name] ?? "other",
    command: textOf(input.command) || null,
    paths: paths.map((path) => namePath(workspace, path)),
    host: URL.canParse(url) ? new URL(url).host : null,
    title: name,
  };
}

/** Inside the workspace relative to it. A link that leads out of it is seen through. */
function namePath(workspace: string, path: string): string {
  const way = relative(workspace, realPath(resolve(workspace, path)));
  return way === ".." || way.startsWith("../") || isAbsolute(way) ? resolve(workspace, way) : way || ".";
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = resolve(path, "..");
    return folder === path ? path : resolve(realPath(folder), relative(folder, path));
  }
}

function textShown(name: string, input: Json): string {
  const event = toolEvent(name, input);
  return event.kind === "tool" ? event.text : "";
}
