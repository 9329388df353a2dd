/** The order in which a pulse acts: ends before beginnings, landing before new work. */

import type { Decision } from "../model/decision.ts";
import type { State } from "../model/state.ts";
import { decideAdoptions } from "./adopt.ts";
import { decideAsks } from "./ask.ts";
import { decideBegins } from "./begin.ts";
import { decideCleanings } from "./clean.ts";
import { decideCompletions } from "./complete.ts";
import { decideDiscards } from "./discard.ts";
import { decideDispatches } from "./dispatch.ts";
import { decideFixes } from "./fix.ts";
import { decideFollows } from "./follow.ts";
import { decideGates } from "./gate.ts";
import { decideLandings } from "./land.ts";
import { decideMerges } from "./merge.ts";
import { openPurses } from "./purse.ts";
import { decideRecords } from "./record.ts";
import { decideRecoveries } from "./recover.ts";
import { decideReviews } from "./review.ts";
import { decideSettlements } from "./settle.ts";
import { decideValidations } from "./validate.ts";
import { decideWithdrawals } from "./withdraw.ts";

/** What one pulse will do, in order. Pure; an unchanged world decides nothing. */
export function decide(state: State): readonly Decision[] {
  const ending = [...decideWithdrawals(state), ...decideSettlements(state)];
  // Without its authority a host harvests and reports what it has; it starts and lands nothing.
  if (state.idle !== null) return ending;
  const purses = openPurses();
  // In the order in which they take from what is left.
  const gates = decideGates(state, purses);
  const reviews = decideReviews(state, purses);
  const validations = decideValidations(state, purses);
  return [
    ...ending,
    ...decideRecoveries(state),
    ...decideDiscards(state),
    ...decideBegins(state),
    ...decideAdoptions(state),
    ...decideMerges(state),
    ...decideFollows(state),
    ...decideLandings(state),
    ...gates,
    ...decideRecords(state),
    ...reviews,
    ...validations,
    ...decideFixes(state),
    ...decideCompletions(state),
    ...decideAsks(state),
    ...decideDispatches(state, { purses, reviews }),
    ...decideCleanings(state),
  ];
}
