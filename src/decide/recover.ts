import type { Recover } from "../model/decision.ts";
import type { State } from "../model/state.ts";

/** Declares runs lost whose host is provably or long enough silent; own ones are harvested first. */
export function decideRecoveries({ losses, missions }: State): readonly Recover[] {
  return losses.map(({ mission, run, how, because }) => ({
    kind: "recover",
    mission,
    tip: missions.find(({ id }) => id === mission)?.ledger.tip ?? null,
    run: run.run,
    how,
    because,
  }));
}
