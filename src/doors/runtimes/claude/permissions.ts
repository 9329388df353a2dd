/**
 * What Claude Code asks over its streams: `control_request` lines of the subtype `can_use_tool` (2.1.197 was tried), each
 * answered by a `control_response` with the same id. Its own rules go before what it asks: what the person or the repository
 * allows would never be heard of. A rule that asks outweighs one that allows, so every tool that reaches anything has one.
 */

import type { PermissionDecision, PermissionRequest, WorkerTool } from "../../../model/permission.ts";
import { namePath, realPath } from "../agent/real-path.ts";
import { type Json, objectOf, parseLine, textOf, toolEvent } from "../agent/stream.ts";
import type { WorkerStart } from "../driver.ts";
import { notesFolder } from "./session.ts";

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
/** Each command begins in the workspace, where it is judged: the folder of the one before is kept otherwise, and not told. */
const SETTINGS_ENVIRONMENT = { CLAUDE_BASH_MAINTAIN_PROJECT_WORKING_DIR: "1" };
/** Asked for each time, also where the person's own settings would let them pass. */
const ASKED_FOR = [...Object.keys(TOOLS), "mcp__*"];
const SENSELESS = [
  // Nobody is there to answer it: a question ends the run.
  "AskUserQuestion",
  // They work later or elsewhere; a run is over when it is over, and is what its workspace shows.
  ...["CronCreate", "ScheduleWakeup", "EnterWorktree"],
];

export const PERMISSION_OPTIONS: readonly string[] = [
  ...["--permission-mode", "default", "--permission-prompt-tool", "stdio"],
  ...["--settings", JSON.stringify({ permissions: { ask: ASKED_FOR }, env: SETTINGS_ENVIRONMENT })],
  // What lies in the workspace is a worker's: hooks, servers and agents in it would start without being asked for.
  ...["--setting-sources", "user"],
  ...["--disallowedTools", ...SENSELESS],
];

/** Its memory is kept by folder: of a workspace that is not there again, outside of what the run may write. */
export const PERMISSION_ENVIRONMENT = { CLAUDE_CODE_DISABLE_AUTO_MEMORY: "1" };

/**
 * The prompt as it is. `@path` in the last block of a message puts that file into the conversation, wherever it is and
 * without being asked for, and a prompt holds other people's words.
 */
export function messageOf(prompt: string): Json {
  const blocks = [prompt, "Begin."].map((text) => ({ type: "text", text }));
  return { type: "user", message: { role: "user", content: blocks } };
}

/** The answer to a line; null where it asks nothing. What was asked and answered is told as an event, and in `denied`. */
export function answerClaude(
  line: string,
  { judge, onEvent, workspace, env }: Pick<WorkerStart, "judge" | "onEvent" | "workspace" | "env">,
  denied: Set<string>,
): string | null {
  const event = line.includes('"control_request"') ? parseLine(line) : null;
  if (event?.type !== "control_request") return null;
  const asked = objectOf(event.request);
  if (asked.subtype !== "can_use_tool") return respond(event, { subtype: "error", error: "this is not known here" });
  const name = textOf(asked.tool_name);
  const input = objectOf(asked.input);
  const folder = realPath(workspace) ?? workspace;
  const request = requestOf(name, input, folder);
  const { decision, because } = isOwnNote(request, notesFolder(env, folder)) ? OWN_NOTE : (judge?.(request) ?? ALLOWED);
  onEvent({ kind: "permission", tool: name, text: textShown(name, input), decision, because });
  if (decision === "denied") denied.add(textOf(asked.tool_use_id));
  return respond(event, {
    subtype: "success",
    response:
      decision === "allowed" ? { behavior: "allow", updatedInput: input } : { behavior: "deny", message: because },
  });
}

/** The same for the beginning of a line that was too long to be read. */
export function refuseClaude(head: string): string | null {
  const id = head.includes('"control_request"') ? /"request_id":"([^"]+)"/.exec(head)?.[1] : undefined;
  if (id === undefined) return null;
  const response = { behavior: "deny", message: "this is too long to be judged" };
  return respond({ request_id: id }, { subtype: "success", response });
}

const ALLOWED: PermissionDecision = { decision: "allowed", because: "nobody judges" };
const OWN_NOTE: PermissionDecision = { decision: "allowed", because: "what it noted in this run" };

function isOwnNote({ tool, paths }: PermissionRequest, notes: string | null): boolean {
  return tool === "read" && notes !== null && paths.length > 0 && paths.every((path) => path.startsWith(`${notes}/`));
}

function respond(event: Json, response: Json): string {
  return `${JSON.stringify({ type: "control_response", response: { ...response, request_id: event.request_id } })}\n`;
}

function requestOf(name: string, input: Json, workspace: string): PermissionRequest {
  const paths = [input.file_path, input.notebook_path, input.path].map(textOf).filter((path) => path !== "");
  const url = textOf(input.url);
  return {
    tool: TOOLS[name] ?? "other",
    command: textOf(input.command) || null,
    isBackground: input.run_in_background === true,
    paths: paths.map((path) => namePath(workspace, path)),
    host: URL.canParse(url) ? new URL(url).host : null,
    title: name,
  };
}

function textShown(name: string, input: Json): string {
  const event = toolEvent(name, input);
  return event.kind === "tool" ? event.text : "";
}
