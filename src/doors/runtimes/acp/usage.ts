/** Tokens of a turn, as far as an agent tells them. None of it is in the protocol's stable part. */

import type { Tokens } from "../../prices.ts";
import { figureOf, type Json, listOf, objectOf, textOf } from "../agent/stream.ts";

/** Of the answer to a prompt; null when it says nothing. */
export function tokensOf(answer: Json): Tokens | null {
  const told = readUsage(objectOf(answer.usage ?? objectOf(answer._meta).usage));
  if (told !== null) return told;
  const counted = objectOf(quotaOf(answer).token_count);
  const [input, output] = [figureOf(counted.input_tokens), figureOf(counted.output_tokens)];
  return input + output > 0 ? { input, output, cached: 0 } : null;
}

/** Of one step, beside what is said in it: Qwen Code says nothing more at the end. null for everything else. */
export function stepTokensOf(update: Json): Tokens | null {
  return readUsage(objectOf(objectOf(update._meta).usage));
}

function readUsage(usage: Json): Tokens | null {
  const [total, cached] = [figureOf(usage.totalTokens), figureOf(usage.cachedReadTokens)];
  const [given, answered] = [figureOf(usage.inputTokens), figureOf(usage.outputTokens)];
  // In the input of Qwen Code and Copilot is what was read from a cache: then these two are the total.
  const input = given + figureOf(usage.cachedWriteTokens) - (given + answered === total ? Math.min(cached, given) : 0);
  // Thoughts are in the total, and in the output of some.
  const output = Math.max(answered, total - input - cached);
  return input + output + cached > 0 ? { input, output, cached } : null;
}

/** The model that did most of it; an agent that chose by itself names it only now. */
export function busiestModel(answer: Json): string | null {
  const named = listOf(quotaOf(answer).model_usage).filter(({ model }) => model !== "auto");
  const counted = named.map(({ model, token_count }) => ({
    model: textOf(model),
    tokens: figureOf(objectOf(token_count).input_tokens) + figureOf(objectOf(token_count).output_tokens),
  }));
  const [first] = counted.sort((one, other) => other.tokens - one.tokens);
  return first?.model || null;
}

function quotaOf(answer: Json): Json {
  return objectOf(objectOf(answer._meta).quota);
}
