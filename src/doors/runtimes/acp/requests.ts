/** What an agent asks of us: to be allowed something, and files. */

import { RequestError } from "@agentclientprotocol/sdk";
import type { PermissionRequest } from "../../../model/permission.ts";
import { namePath } from "../agent/real-path.ts";
import { type Json, objectOf, textOf } from "../agent/stream.ts";
import { answerOf, judgeByPlace, permissionEvent, requestOf } from "./permissions.ts";
import type { Talk } from "./talk.ts";
import type { UpdateReader } from "./updates.ts";
import { findAnyPlace, findPlace, readText, writeText } from "./workspace-files.ts";

const NOT_FOUND = -32002;
const INVALID_PARAMS = -32602;

export function answerPermission({ start, places }: Talk, updates: UpdateReader, params: Json): Json {
  const { call, events } = updates.readCall(objectOf(params.toolCall));
  const judge = start.judge ?? judgeByPlace(places);
  const decision = judge(requestOf(call));
  for (const event of [...events, permissionEvent(call, decision)]) start.onEvent(event);
  return answerOf(params.options, decision.decision);
}

export function readFile({ places }: Pick<Talk, "places">, { path, line, limit }: Json): { content: string } {
  const place = findPlace(places, textOf(path));
  if (place === null) throw new RequestError(NOT_FOUND, `Resource not found: ${textOf(path)} is outside the workspace`);
  try {
    return { content: readText(place, { line: countOf(line), limit: countOf(limit) }) };
  } catch (error) {
    throw new RequestError(NOT_FOUND, `Resource not found: ${wordsOf(error)}`);
  }
}

export function writeFile({ start, places }: Pick<Talk, "start" | "places">, { path, content }: Json): Json {
  const judged = start.judge?.(writing(namePath(places.workspace, textOf(path))));
  if (judged?.decision === "denied") return refuse(judged.because);
  // What was allowed and is refused here an agent writes by itself.
  const place = (judged ? findAnyPlace : findPlace)(places, textOf(path));
  if (place === null) return refuse(judged ? "it leads nowhere" : "it is outside the workspace");
  try {
    writeText(place, textOf(content));
  } catch (error) {
    return refuse(wordsOf(error));
  }
  start.onEvent({ kind: "tool", name: "write", text: namePath(places.workspace, place) });
  return {};

  function refuse(because: string): never {
    start.onEvent({ kind: "permission", tool: "edit", text: textOf(path), decision: "denied", because });
    throw new RequestError(INVALID_PARAMS, `${textOf(path)} is not written: ${because}`);
  }
}

function writing(path: string): PermissionRequest {
  return { tool: "edit", command: null, isBackground: false, paths: [path], host: null, title: `Write ${path}` };
}

function countOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.floor(value) : null;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
