import { thingName } from "../model/ids.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { NewAsk } from "../model/state.ts";
import { deriveAsk, type Waiting, waitForPerson } from "./asks.ts";
import type { ReserveResult } from "./budget.ts";

/** A person raises a limit that is used up; `feature` is whose it may be. */
export function askForBudget(
  mission: MissionSnapshot,
  feature: string | null,
  { of, part, limit }: Extract<ReserveResult, { kind: "exhausted" }>,
): Waiting {
  const about = of === "feature" ? feature : null;
  const thing = thingName(mission.id, about);
  const name = part === "minutes" ? "hours" : part;
  const boundTo = `${name} ${limit}`;
  const text = `The budget of ${thing} is used up: ${limit} ${name}. Raise it, or cancel what is left.`;
  const ask: NewAsk = { ask: "budget", about, risk: null, boundTo, text };
  const state = deriveAsk(mission.ledger, ask);
  const message = `the budget of ${thing} is used up (${limit} ${name})`;
  const next = `mission budget ${thing} ${name}=...`;
  const waiting = waitForPerson(mission, ask, { code: "budget", message, next }, state);
  // An answer does not raise the limit, an edit does.
  return { ...waiting, step: state.kind === "unasked" ? waiting.step : { kind: "none" } };
}
