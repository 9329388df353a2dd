import type { Clean } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import type { State } from "../model/state.ts";

/** Last of all: what finished runs left on this host, a few in each pass. Whether it may really go is proven when it is applied. */
export function decideCleanings({ leftovers }: State): readonly Clean[] {
  return leftovers.slice(0, LIMITS.cleanings).map((leftover) => ({ kind: "clean", ...leftover }));
}
