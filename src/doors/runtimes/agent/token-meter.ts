/** Agents state tokens as sums: of a message, of a process, of a whole conversation. A run hears what was added. */

import type { Tokens } from "../../prices.ts";
import type { WorkerEvent } from "../driver.ts";

const NO_TOKENS: Tokens = { input: 0, output: 0, cached: 0 };

export interface TokenMeter {
  /** What a sum has more than all that was told before; never less than nothing, and a later sum makes up for it. */
  read(sum: Tokens): WorkerEvent & { kind: "usage" };
}

/** `before`: what a sum held when the run began. */
export function makeTokenMeter(before: Tokens = NO_TOKENS): TokenMeter {
  let told = before;
  return {
    read(sum) {
      const { input, output, cached } = told;
      told = {
        input: Math.max(input, sum.input),
        output: Math.max(output, sum.output),
        cached: Math.max(cached, sum.cached),
      };
      return {
        kind: "usage",
        input: told.input - input,
        output: told.output - output,
        cached: told.cached - cached,
      };
    },
  };
}

export function addTokens(all: readonly Tokens[]): Tokens {
  return all.reduce(
    (sum, { input, output, cached }) => ({
      input: sum.input + input,
      output: sum.output + output,
      cached: sum.cached + cached,
    }),
    NO_TOKENS,
  );
}
