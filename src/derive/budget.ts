/** Money, agent hours and tokens of a mission: settled, reserved by live runs, and what a further run may reserve. */

import type { FeatureDocument, MissionDocument, Role } from "../model/documents.ts";
import type { RunEntry } from "../model/ledger.ts";
import { ALERT_AT, SIZE_CAPS } from "../model/limits.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { BudgetState, Cost } from "../model/state.ts";
import { addCosts, runCost } from "./cost.ts";
import { type DaySpending, deriveDay } from "./day-spending.ts";

/** `now` tells the present day. */
export function deriveBudget({ ledger, files, repository }: MissionSnapshot, now: number): BudgetState {
  const document: MissionDocument | null = files.mission;
  const spent = addCosts([...ledger.runs.values()].map((run) => ({ cost: runCost(run), part: 1 })));
  const reserved = reservations(ledger.live);
  const limits = document?.budget === "none" || !document?.budget ? null : document.budget;
  const { reported, priced, assumed, subscription } = spent;
  const state = {
    usd: { limit: limits?.usd ?? null, reported, priced, assumed, subscription, reserved: reserved.usd },
    hours: { limit: limits?.hours ?? null, spent: spent.minutes / 60, reserved: reserved.minutes / 60 },
    tokens: { limit: limits?.tokens ?? null, spent: spent.tokens, reserved: reserved.tokens },
  };
  const parts = limitedParts(state);
  const largest = Math.max(0, ...parts.map(({ limit, spent: used }) => (limit === 0 ? 1 : used / limit)));
  return {
    ...state,
    day: { limit: repository.config.limits.usdPerDay, used: deriveDay(ledger, now).usd },
    alerts: (limits?.alertAt ?? ALERT_AT).filter((threshold) => largest * 100 >= threshold),
    exhausted: parts.find(({ limit, spent: used }) => used >= limit)?.name ?? null,
  };
}

type Spent = Pick<BudgetState, "usd" | "hours" | "tokens">;

/** The parts that have a limit. */
function limitedParts({ usd, hours, tokens }: Spent) {
  const parts = [
    { name: "usd" as const, limit: usd.limit, spent: usd.reported + usd.priced + usd.assumed },
    { name: "hours" as const, limit: hours.limit, spent: hours.spent },
    { name: "tokens" as const, limit: tokens.limit, spent: tokens.spent },
  ];
  return parts.flatMap(({ limit, ...part }) => (limit === null ? [] : [{ ...part, limit }]));
}

function reservations(live: readonly RunEntry[]): Reserve {
  const sum = { usd: 0, minutes: 0, tokens: 0 };
  for (const { claim } of live) {
    sum.usd += claim.fact.reserveUsd;
    sum.minutes += claim.fact.reserveMinutes;
    sum.tokens += claim.fact.reserveTokens;
  }
  return sum;
}

export interface Reserve {
  usd: number;
  minutes: number;
  tokens: number;
}

export type ReserveResult =
  | { kind: "reserve"; reserve: Reserve; roleUsd: number | null }
  /** Used up: a person decides. */
  | { kind: "exhausted"; of: "mission" | "feature"; part: keyof Reserve; limit: number }
  /** Live runs may give some back, or the day ends. */
  | { kind: "waits"; message: string; until: number | null };

export interface ReserveQuestion {
  mission: MissionSnapshot;
  budget: BudgetState;
  day: DaySpending;
  /** Runs that may be started beside the live ones. */
  places: number;
}

/**
 * What a run that an agent plays may cost: the least of its cap (feature, else by size; role; `limits.run_usd`) and what is left of feature,
 * mission and day. A runtime that costs nothing reserves no money. No size says how many tokens a run needs: the mission's
 * are shared among its places. 0 tokens means that no limit is set.
 */
export function deriveReserve(
  { mission, budget, day, places }: ReserveQuestion,
  feature: Pick<FeatureDocument, "size" | "budget">,
  { role, spent, free }: { role: Role | null; spent: Cost; free: boolean },
): ReserveResult {
  const own = featureLeft(feature, spent);
  const left = missionLeft(budget);
  const parts = (["usd", "minutes", "tokens"] as const).filter((part) => !(part === "usd" && free));
  for (const part of parts) {
    if (own[part] <= 0) return { kind: "exhausted", of: "feature", part, limit: feature.budget[part] ?? 0 };
    if (left.settled[part] <= 0) return { kind: "exhausted", of: "mission", part, limit: missionLimit(budget, part) };
  }
  const short = parts.find((part) => left.free[part] <= 0);
  if (short) return { kind: "waits", message: `live runs have reserved what is left (${short})`, until: null };
  const roleUsd = role?.limits.usdPerDay == null ? null : role.limits.usdPerDay - (day.byRole.get(role.name) ?? 0);
  const today = Math.min(budget.day.limit - budget.day.used, roleUsd ?? Number.POSITIVE_INFINITY);
  if (!free && today <= 0) return { kind: "waits", message: "the money of this day is used up", until: day.endsAt };
  const { limits } = mission.repository.config;
  const size = SIZE_CAPS[feature.size];
  const usd = least(
    feature.budget.usd ?? size.usd,
    role?.limits.usdPerRun,
    limits.runUsd,
    own.usd,
    left.free.usd,
    today,
  );
  const minutes = least(feature.budget.minutes ?? size.minutes, role?.limits.minutes, left.free.minutes);
  const tokens = least(own.tokens, Math.ceil(left.free.tokens / Math.max(1, places)));
  const reserve = { usd: free ? 0 : usd, minutes, tokens: Number.isFinite(tokens) ? tokens : 0 };
  return { kind: "reserve", reserve, roleUsd };
}

/** What is left once all live runs have cost nothing, and once they have cost all that they reserved. */
function missionLeft({ usd, hours, tokens }: BudgetState): { settled: Reserve; free: Reserve } {
  const left = (limit: number | null, used: number) => (limit === null ? Number.POSITIVE_INFINITY : limit - used);
  const settled = {
    usd: left(usd.limit, usd.reported + usd.priced + usd.assumed),
    minutes: left(hours.limit, hours.spent) * 60,
    tokens: left(tokens.limit, tokens.spent),
  };
  const free = {
    usd: settled.usd - usd.reserved,
    minutes: settled.minutes - hours.reserved * 60,
    tokens: settled.tokens - tokens.reserved,
  };
  return { settled, free };
}

function missionLimit({ usd, hours, tokens }: BudgetState, part: keyof Reserve): number {
  return { usd: usd.limit, minutes: hours.limit, tokens: tokens.limit }[part] ?? 0;
}

/** Minutes of a feature are the cap of one run, not a sum: a retry gets them anew. */
function featureLeft({ budget: { usd, tokens } }: Pick<FeatureDocument, "budget">, spent: Cost): Reserve {
  return {
    usd: usd === null ? Number.POSITIVE_INFINITY : usd - spent.usd,
    minutes: Number.POSITIVE_INFINITY,
    tokens: tokens === null ? Number.POSITIVE_INFINITY : tokens - spent.tokens,
  };
}

function least(...values: readonly (number | null | undefined)[]): number {
  return Math.min(...values.filter((value) => value != null));
}
