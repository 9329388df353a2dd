import type { FeatureDocument, MissionDocument, Role } from "../model/documents.ts";
import type { Ledger, RunEntry } from "../model/ledger.ts";
import { ALERT_AT, SIZE_CAPS } from "../model/limits.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { BudgetState, Cost } from "../model/state.ts";
import { addCosts, featureCost, runCost } from "./cost.ts";

/** Money, agent hours and tokens of a mission: settled, and reserved by live runs. */
export function deriveBudget(ledger: Ledger, document: MissionDocument | null): BudgetState {
  const runs = [...ledger.runs.values()];
  const spent = addCosts(runs.map(runCost));
  const live = runs.filter(({ ended }) => ended === null);
  const reserved = reservations(live);
  const limits = document?.budget === "none" || !document?.budget ? null : document.budget;
  const state: Omit<BudgetState, "alerts" | "exhausted"> = {
    usd: {
      limit: limits?.usd ?? null,
      reported: spent.reported,
      priced: spent.priced,
      assumed: spent.assumed,
      reserved: reserved.usd,
    },
    hours: { limit: limits?.hours ?? null, spent: spent.minutes / 60, reserved: reserved.minutes / 60 },
    tokens: { limit: limits?.tokens ?? null, spent: spent.tokens, reserved: reserved.tokens },
  };
  const used = usedParts(state);
  const largest = Math.max(0, ...used.map(({ part }) => part));
  const alertAt = limits?.alertAt ?? ALERT_AT;
  return {
    ...state,
    alerts: alertAt.filter((threshold) => largest * 100 >= threshold),
    exhausted: used.find(({ left }) => left <= 0)?.name ?? null,
  };
}

function usedParts(state: Omit<BudgetState, "alerts" | "exhausted">) {
  const usd = state.usd.reported + state.usd.priced + state.usd.assumed;
  const parts = [
    { name: "usd" as const, limit: state.usd.limit, spent: usd, reserved: state.usd.reserved },
    { name: "hours" as const, limit: state.hours.limit, spent: state.hours.spent, reserved: state.hours.reserved },
    { name: "tokens" as const, limit: state.tokens.limit, spent: state.tokens.spent, reserved: state.tokens.reserved },
  ];
  return parts.flatMap(({ name, limit, spent, reserved }) =>
    limit === null ? [] : [{ name, part: limit === 0 ? 1 : spent / limit, left: limit - spent - reserved }],
  );
}

function reservations(live: readonly RunEntry[]): { usd: number; minutes: number; tokens: number } {
  return live.reduce(
    (sum, { claim }) => ({
      usd: sum.usd + claim.fact.reserveUsd,
      minutes: sum.minutes + claim.fact.reserveMinutes,
      tokens: sum.tokens + claim.fact.reserveTokens,
    }),
    { usd: 0, minutes: 0, tokens: 0 },
  );
}

export interface Reserve {
  usd: number;
  minutes: number;
  tokens: number;
}

export type ReserveResult =
  | { kind: "reserve"; reserve: Reserve }
  | { kind: "exhausted"; of: "mission" | "feature"; part: "usd" | "minutes" | "tokens"; limit: number };

/**
 * What a work run may cost: the least of its cap (feature, else by size; role; `limits.run_usd`) and what is left of feature
 * and mission. A runtime that costs nothing reserves no money. A limit of 0 tokens means that none is set.
 */
export function deriveReserve(
  mission: MissionSnapshot,
  budget: BudgetState,
  feature: FeatureDocument,
  options: { role: Role | null; free: boolean },
): ReserveResult {
  const spent = featureCost(mission.ledger, feature);
  const size = SIZE_CAPS[feature.size];
  const limits = mission.repository.config.limits;
  const usd = least([feature.budget.usd ?? size.usd, options.role?.limits.usdPerRun ?? null, limits.runUsd]);
  const minutes = least([feature.budget.minutes ?? size.minutes, options.role?.limits.minutes ?? null]);
  const left = missionLeft(budget);
  const own = featureLeft(feature, spent);
  for (const part of ["usd", "minutes", "tokens"] as const) {
    if (part === "usd" && options.free) continue;
    if (own[part] !== null && own[part] <= 0)
      return { kind: "exhausted", of: "feature", part, limit: feature.budget[part] ?? 0 };
    if (left[part] !== null && left[part] <= 0)
      return { kind: "exhausted", of: "mission", part, limit: missionLimit(budget, part) };
  }
  return {
    kind: "reserve",
    reserve: {
      usd: options.free ? 0 : least([usd, own.usd, left.usd]),
      minutes: least([minutes, own.minutes, left.minutes]),
      tokens: least([own.tokens, left.tokens, Number.MAX_SAFE_INTEGER]) % Number.MAX_SAFE_INTEGER,
    },
  };
}

type Parts = { usd: number | null; minutes: number | null; tokens: number | null };

function missionLeft({ usd, hours, tokens }: BudgetState): Parts {
  return {
    usd: usd.limit === null ? null : usd.limit - usd.reported - usd.priced - usd.assumed - usd.reserved,
    minutes: hours.limit === null ? null : (hours.limit - hours.spent - hours.reserved) * 60,
    tokens: tokens.limit === null ? null : tokens.limit - tokens.spent - tokens.reserved,
  };
}

function missionLimit({ usd, hours, tokens }: BudgetState, part: keyof Parts): number {
  return { usd: usd.limit, minutes: hours.limit, tokens: tokens.limit }[part] ?? 0;
}

function featureLeft(feature: FeatureDocument, spent: Cost): Parts {
  const { usd, tokens } = feature.budget;
  // Minutes of a feature are the cap of one run, not a sum: a retry gets them anew.
  return {
    usd: usd === null ? null : usd - spent.usd,
    minutes: null,
    tokens: tokens === null ? null : tokens - spent.tokens,
  };
}

function least(values: readonly (number | null)[]): number {
  return Math.min(...values.filter((value) => value !== null));
}
