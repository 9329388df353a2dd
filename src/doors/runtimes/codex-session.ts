/** What Codex itself notes of a conversation and does not say in its stream: its version, and the model that it took. */

import { closeSync, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";

const THREAD = /^[0-9a-f-]{36}$/;
/** A conversation may be taken up long after it began. */
const MOST_DAYS = 60;
const HEAD_BYTES = 64 * 1024;
const TAIL_BYTES = 4 * 1024 * 1024;

export interface CodexSession {
  version: string | null;
  model: string | null;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the conversation can be taken up again. */
export function hasCodexSession(env: Environment, thread: string): boolean {
  return findSession(env, thread) !== null;
}

export function readCodexSession(env: Environment, thread: string): CodexSession {
  const file = findSession(env, thread);
  if (file === null) return { version: null, model: null };
  const { head, tail } = readEnds(file);
  const turns = tail.split("\n").filter((line) => line.includes('"type":"turn_context"'));
  return { version: firstOf(head, "cli_version"), model: firstOf(turns.at(-1) ?? "", "model") };
}

function findSession(env: Environment, thread: string): string | null {
  const home = env.CODEX_HOME ?? (env.HOME === undefined ? null : join(env.HOME, ".codex"));
  return home === null || !THREAD.test(thread) ? null : findFile(join(home, "sessions"), thread);
}

/** `sessions/2026/11/20/rollout-<time>-<thread>.jsonl`, the latest days first. */
function findFile(folder: string, thread: string): string | null {
  const days = namesIn(folder)
    .flatMap((year) => namesIn(join(folder, year)).map((month) => join(folder, year, month)))
    .flatMap((month) => namesIn(month).map((day) => join(month, day)))
    .toSorted()
    .slice(-MOST_DAYS)
    .toReversed();
  for (const day of days) {
    const name = namesIn(day).find((each) => each.endsWith(`${thread}.jsonl`));
    if (name !== undefined) return join(day, name);
  }
  return null;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readEnds(file: string): { head: string; tail: string } {
  let handle: number | null = null;
  try {
    handle = openSync(file, "r");
    const { size } = fstatSync(handle);
    return {
      head: readPart(handle, 0, HEAD_BYTES),
      tail: readPart(handle, Math.max(0, size - TAIL_BYTES), TAIL_BYTES),
    };
  } catch {
    return { head: "", tail: "" };
  } finally {
    if (handle !== null) closeSync(handle);
  }
}

function readPart(handle: number, from: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  return buffer.toString("utf8", 0, readSync(handle, buffer, 0, bytes, from));
}

function firstOf(text: string, key: string): string | null {
  return new RegExp(`"${key}":"([^"]{1,200})"`).exec(text)?.[1] ?? null;
}
