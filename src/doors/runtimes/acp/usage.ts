/** Tokens of a turn, as far as an agent tells them. None of it is in the protocol's stable part. */

import { figureOf, type Json, listOf, objectOf, textOf } from "../agent-stream.ts";
import type { WorkerEvent } from "../driver.ts";

/** Of the answer to a prompt; null when it says nothing. */
export function usageOf(answer: Json): WorkerEvent | null {
  const usage = objectOf(answer.usage ?? objectOf(answer._meta).usage);
  const cached = figureOf(usage.cachedReadTokens);
  const input = figureOf(usage.inputTokens) + figureOf(usage.cachedWriteTokens);
  // Thoughts are in the total, and in the output of some.
  const output = Math.max(figureOf(usage.outputTokens), figureOf(usage.totalTokens) - input - cached);
  if (input + output + cached > 0) return { kind: "usage", input, output, cached };
  const counted = objectOf(quotaOf(answer).token_count);
  const [sent, answered] = [figureOf(counted.input_tokens), figureOf(counted.output_tokens)];
  return sent + answered > 0 ? { kind: "usage", input: sent, output: answered, cached: 0 } : null;
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
