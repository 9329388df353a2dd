/** Real git and the in-memory one side by side: each call goes to both, and both must say the same. */

import { isDeepStrictEqual } from "node:util";
import type { Git } from "../../../../src/doors/git.ts";
import { RenameTerritory } from "../renames.ts";

/** Two doors on what should be the same repository. */
export interface Pair {
  name: string;
  real: Git;
  memory: Git;
}

/** What became of a call. An error is told by its kind alone: git's words are for people. */
export type Outcome<Answer> = { value: Answer } | { error: string };

/** The two gave different answers. */
class Difference extends Error {
  constructor(pair: Pair, what: string, real: unknown, memory: unknown) {
    super(`${pair.name}: ${what}\nreal git: ${print(real)}\nin memory: ${print(memory)}`);
    this.name = "Difference";
  }
}

function print(value: unknown): string {
  return JSON.stringify(value, (_key, item) => (item instanceof Map ? Object.fromEntries(item) : item), 1);
}

/**
 * Asks both and compares what `judge` keeps of the answers. Answers what both said; null where the in-memory git says
 * openly that it can't know.
 */
export async function ask<Answer, Judged = Answer>(
  pair: Pair,
  what: string,
  call: (git: Git) => Promise<Answer>,
  judge: (answer: Answer) => Judged | Answer = (answer) => answer,
): Promise<Outcome<Answer> | null> {
  const [real, memory] = [await settle(() => call(pair.real)), await settle(() => call(pair.memory))];
  if ("error" in memory && memory.thrown instanceof RenameTerritory) return null;
  const [left, right] = [judged(real, judge), judged(memory, judge)];
  if (!isDeepStrictEqual(left, right))
    throw new Difference(pair, what, { ...real, ...wordsOf(real) }, { ...memory, ...wordsOf(memory) });
  return real;
}

type Settled<Answer> = { value: Answer } | { error: string; thrown: unknown };

async function settle<Answer>(call: () => Promise<Answer>): Promise<Settled<Answer>> {
  try {
    return { value: await call() };
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown.name : "thrown", thrown };
  }
}

function judged<Answer, Judged>(
  settled: Settled<Answer>,
  judge: (answer: Answer) => Judged | Answer,
): Outcome<Judged | Answer> {
  return "error" in settled ? { error: settled.error } : { value: judge(settled.value) };
}

function wordsOf(settled: Settled<unknown>): { thrown?: null; words?: string } {
  return "error" in settled ? { thrown: null, words: String(settled.thrown) } : {};
}
