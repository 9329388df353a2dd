/**
 * What Codex itself notes of a conversation: its version and the model that it took, which its stream does not say, and
 * after each answer the tokens, which its stream says only of a turn that came to its end.
 */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Tokens } from "../../prices.ts";
import { figureOf, type Json, objectOf, parseLine, textOf } from "../agent/stream.ts";
import { followLines, readHead } from "../program/follow-lines.ts";

const THREAD = /^[0-9a-f-]{36}$/;
/** A conversation may be taken up long after it began. */
const MOST_DAYS = 60;
const HEAD_BYTES = 64 * 1024;

export interface CodexSession {
  version: string | null;
  /** Of the last turn. */
  model: string | null;
  /** Of the conversation so far. */
  tokens: Tokens | null;
}

const UNKNOWN: CodexSession = { version: null, model: null, tokens: null };

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether the conversation can be taken up again: a machine that goes down may leave an empty one. */
export function hasCodexSession(env: Environment, thread: string): boolean {
  const file = findSession(env, thread);
  return file !== null && statSync(file).size > 0;
}

/** Follows one conversation: each look reads what was noted since the one before. */
export function followCodexSession(env: Environment): (thread: string) => CodexSession {
  let file: string | null = null;
  const follow = followLines();
  let known = UNKNOWN;
  return (thread) => {
    file ??= findSession(env, thread);
    if (file === null) return known;
    known = { ...known, version: known.version ?? firstOf(readHead(file, HEAD_BYTES), "cli_version") };
    for (const line of follow(file)) if (NOTED.test(line)) known = take(known, parseLine(line) ?? {});
    return known;
  };
}

const NOTED = /"(?:turn_context|thread_token_usage|total_token_usage)"/;

/** Older versions note tokens only as `token_count`. */
function take(known: CodexSession, { type, payload }: Json): CodexSession {
  const noted = objectOf(payload);
  if (type === "turn_context") return { ...known, model: textOf(noted.model) || known.model };
  const sum = noted.thread_token_usage ?? objectOf(noted.info).total_token_usage;
  return sum === undefined ? known : { ...known, tokens: readCodexTokens(objectOf(sum)) };
}

/** What was read from a cache is a part of the input here. */
export function readCodexTokens(usage: Json): Tokens {
  const cached = figureOf(usage.cached_input_tokens);
  return { input: figureOf(usage.input_tokens) - cached, output: figureOf(usage.output_tokens), cached };
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

function firstOf(text: string, key: string): string | null {
  return new RegExp(`"${key}":"([^"]{1,200})"`).exec(text)?.[1] ?? null;
}
