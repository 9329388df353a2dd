/** What a turn has used, when it is over: told by the answer, or by what the agent keeps of the session. */

import type { Tokens } from "../../../prices.ts";
import type { Json } from "../../agent/stream.ts";
import { makeTokenMeter } from "../../agent/token-meter.ts";
import type { Session } from "../session.ts";
import type { Talk } from "../talk.ts";
import { tokensOf } from "../usage.ts";
import { readOpenCodeSpent } from "./opencode.ts";

/** null: not told. */
export interface TurnSpent {
  tokens: Tokens | null;
  usd: number | null;
}

/** `answer`: to the prompt; null where the turn failed. */
export async function readTurnSpent(
  { runAgent, cancelled }: Talk,
  { event, name, before }: Session,
  answer: Json | null,
): Promise<TurnSpent> {
  if (name === "OpenCode" && !cancelled.aborted) {
    try {
      const { tokens, usd } = await readOpenCodeSpent(runAgent, event.id);
      return { tokens: makeTokenMeter(before?.tokens).read(tokens), usd: Math.max(0, usd - (before?.usd ?? 0)) };
    } catch {
      // Its last step alone is better than nothing.
    }
  }
  return { tokens: answer === null ? null : tokensOf(answer), usd: null };
}
