/** What the authority answers. */

/**
 * `lost`: a ref was not where it was expected; `unanswered` where that was only read afterwards, and the swap may still be
 * applied. `refused`: the authority said no, and would say so again. In both nothing
 * moved. `unreachable`: no answer, and reading back gave none either; it may have been applied.
 */
export type SwapOutcome =
  | { kind: "won" }
  | { kind: "lost"; ref: string; reason: string; unanswered?: true }
  | { kind: "refused"; ref: string; reason: string }
  | { kind: "unreachable"; reason: string };

/** What git said of two tries, each line once. */
export function joinReasons(first: string, second: string): string {
  return [...new Set(`${first}\n${second}`.split("\n").filter((line) => line.trim() !== ""))].join("\n");
}

export type RefValues = { kind: "read"; refs: ReadonlyMap<string, string> } | { kind: "unreachable"; reason: string };
