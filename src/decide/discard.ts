import type { Discard } from "../model/decision.ts";
import type { State } from "../model/state.ts";

/** Closes orders that were never claimed. */
export function decideDiscards({ discards }: State): readonly Discard[] {
  return discards.map(({ run }) => ({ kind: "discard", run, because: "its order was written but never claimed" }));
}
