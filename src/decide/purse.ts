import type { BudgetState, MissionState, Offer } from "../model/state.ts";

/** What is left of a mission's budget while several runs are started at once. */
export interface Purse {
  /** What a run may reserve now; null when nothing is left of a part that it needs. */
  take(offer: Pick<Offer, "reserve" | "role" | "roleUsd">): Offer["reserve"] | null;
}

const left = (limit: number | null, used: number) => (limit === null ? Number.POSITIVE_INFINITY : limit - used);

/** By mission, for all that begins in one pulse. */
export type Purses = (mission: MissionState) => Purse;

export function openPurses(): Purses {
  const purses = new Map<string, Purse>();
  return ({ id, budget }) => {
    const purse = purses.get(id) ?? openPurse(budget);
    purses.set(id, purse);
    return purse;
  };
}

function openPurse({ usd, hours, tokens, day }: BudgetState): Purse {
  const rest = {
    usd: Math.min(left(usd.limit, usd.reported + usd.priced + usd.assumed + usd.reserved), left(day.limit, day.used)),
    minutes: left(hours.limit, hours.spent + hours.reserved) * 60,
    tokens: left(tokens.limit, tokens.spent + tokens.reserved),
  };
  const restOfRole = new Map<string, number>();
  return {
    take({ reserve, role, roleUsd }) {
      const ofRole = restOfRole.get(role) ?? roleUsd ?? Number.POSITIVE_INFINITY;
      const usdLeft = Math.min(rest.usd, ofRole);
      if ((reserve.usd > 0 && usdLeft <= 0) || rest.minutes <= 0 || rest.tokens <= 0) return null;
      const taken = {
        usd: Math.min(reserve.usd, usdLeft),
        minutes: Math.min(reserve.minutes, rest.minutes),
        // 0 means that no limit is set, and with one it never is.
        tokens: Math.min(reserve.tokens, rest.tokens),
      };
      rest.usd -= taken.usd;
      rest.minutes -= taken.minutes;
      rest.tokens -= taken.tokens;
      restOfRole.set(role, ofRole - taken.usd);
      return taken;
    },
  };
}
