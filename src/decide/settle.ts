import type { Settle } from "../model/decision.ts";
import type { State } from "../model/state.ts";

/** Appends reports that their own process could not append. */
export function decideSettlements({ unsettled }: State): readonly Settle[] {
  if (unsettled.length === 0) return [];
  return [
    {
      kind: "settle",
      runs: unsettled.map(({ run }) => run),
      because:
        unsettled.length === 1
          ? "the report of a run is not in the ledger"
          : `reports of ${unsettled.length} runs are not in the ledger`,
    },
  ];
}
