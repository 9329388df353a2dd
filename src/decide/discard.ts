import type { Discard } from "../model/decision.ts";
import type { State } from "../model/state.ts";

/** Closes orders that were never claimed, or whose claim has ended without them. */
export function decideDiscards({ discards }: State): readonly Discard[] {
  return discards.map(({ run }) => ({ kind: "discard", run, because: "it has no open claim" }));
}
