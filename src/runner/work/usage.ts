/** What a run spent, as far as its worker said. Figures only grow: a broken or a smaller one never lowers them. */

import type { CostSource, Usage } from "../../model/record.ts";
import type { Order } from "../../model/run.ts";

export interface Tally {
  /** null as long as nothing was said. */
  usd: number | null;
  source: Extract<CostSource, "reported" | "priced">;
  /** Whether tokens were said. */
  counted: boolean;
  input: number;
  output: number;
  cached: number;
}

export const NOTHING_SPENT: Tally = { usd: null, source: "reported", counted: false, input: 0, output: 0, cached: 0 };

/** Cumulative token counts, as the worker knows them now. */
export function countTokens(tally: Tally, tokens: { input: number; output: number; cached: number }): Tally {
  return {
    ...tally,
    counted: true,
    input: larger(tally.input, tokens.input),
    output: larger(tally.output, tokens.output),
    cached: larger(tally.cached, tokens.cached),
  };
}

/** Token counts since the last ones. */
export function countMoreTokens(tally: Tally, more: { input: number; output: number; cached: number }): Tally {
  const add = (known: number, said: number): number => larger(known, known + said);
  return {
    ...tally,
    counted: true,
    input: add(tally.input, more.input),
    output: add(tally.output, more.output),
    cached: add(tally.cached, more.cached),
  };
}

/** Cumulative cost, as the worker or a price table knows it now. What is reported outweighs what was computed, if it is less too. */
export function countCost(tally: Tally, usd: number, source: Tally["source"]): Tally {
  if (!(Number.isFinite(usd) && usd >= 0)) return tally;
  if (tally.usd === null || (tally.source === "priced" && source === "reported")) return { ...tally, usd, source };
  return tally.source === source ? { ...tally, usd: larger(tally.usd, usd) } : tally;
}

/** What is over its limit, null when nothing is. Tokens read from a cache don't count. */
export function overBudget(tally: Tally, limits: { usd: number | null; tokens: number | null }): string | null {
  if (limits.usd !== null && tally.usd !== null && tally.usd > limits.usd) {
    return `${money(tally.usd)} USD spent, ${money(limits.usd)} allowed`;
  }
  const tokens = tally.input + tally.output;
  return limits.tokens !== null && tokens > limits.tokens ? `${tokens} tokens used, ${limits.tokens} allowed` : null;
}

/** The final figures. What a runtime with a cost did not say is assumed at what was reserved: silence costs the most. */
export function settleUsage(
  tally: Tally,
  order: Pick<Order, "runtime" | "limits">,
  reserve: { usd: number; tokens: number },
  minutes: number,
): Usage {
  const free = order.runtime === null || order.runtime.cost === "none";
  const assumed = !free && tally.usd === null;
  // Where no model answered, both are nothing.
  const isUnused = free || tally.usd === 0;
  return {
    costUsd: tally.usd ?? (free ? 0 : (order.limits.usd ?? reserve.usd)),
    costSource: assumed ? "assumed" : tally.source,
    tokensIn: tally.counted || isUnused ? tally.input : reserve.tokens,
    tokensOut: tally.output,
    tokensCached: tally.cached,
    minutes,
  };
}

function larger(known: number, said: number): number {
  return Number.isFinite(said) && said > known ? said : known;
}

/** Sums of small amounts have digits that nobody spent. */
function money(usd: number): number {
  return Number(usd.toFixed(4));
}
