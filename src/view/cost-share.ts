/** Who and what the money went to. Each run's cost is settled once; a gate of several features is shared by them equally. */

import { thingName } from "../model/ids.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { RunEnded, Share } from "../model/record.ts";
import type { Cost, FeatureState, MissionState } from "../model/state.ts";
import type { Page } from "./page.ts";
import { runRole } from "./run-role.ts";
import { dayText, isoText } from "./time.ts";

export const COST_GROUPS = ["feature", "agent", "runtime", "model", "day"] as const;
export type CostGroup = (typeof COST_GROUPS)[number];

export interface CostLine {
  key: string;
  runs: number;
  cost: Cost;
}

const NOTHING: Cost = { usd: 0, reported: 0, priced: 0, assumed: 0, subscription: 0, minutes: 0, tokens: 0 };

/** What a settled run cost; nothing while it lives. */
export function runCost({ settled }: RunEntry): Cost {
  return settled ? costOf(settled.fact) : NOTHING;
}

/** What a record says that a run cost. */
export function costOf({ usage, billing }: Pick<RunEnded, "usage" | "billing">): Cost {
  return {
    ...NOTHING,
    usd: usage.costUsd,
    [usage.costSource]: usage.costUsd,
    subscription: billing === "subscription" ? usage.costUsd : 0,
    minutes: usage.minutes,
    tokens: usage.tokensIn + usage.tokensOut,
  };
}

export function sumCosts(costs: readonly Cost[]): Cost {
  return costs.reduce(
    (sum, cost) => ({
      usd: sum.usd + cost.usd,
      reported: sum.reported + cost.reported,
      priced: sum.priced + cost.priced,
      assumed: sum.assumed + cost.assumed,
      subscription: sum.subscription + cost.subscription,
      minutes: sum.minutes + cost.minutes,
      tokens: sum.tokens + cost.tokens,
    }),
    NOTHING,
  );
}

/** The cost of some runs by one trait, the dearest first; days in order, those of UTC where there is no page. */
export function groupCosts(
  mission: MissionState,
  runs: readonly RunEntry[],
  group: CostGroup,
  page: Page | null,
): readonly CostLine[] {
  const features = new Map(
    mission.milestones.flatMap((milestone) => milestone.features.map((feature) => [feature.id, feature] as const)),
  );
  const lines = new Map<string, { runs: number; costs: Cost[] }>();
  for (const run of runs) {
    for (const [key, share] of sharesOf(mission, run, group, features, page)) {
      const line = lines.get(key) ?? { runs: 0, costs: [] };
      line.runs += 1;
      line.costs.push(part(runCost(run), share));
      lines.set(key, line);
    }
  }
  const sums = [...lines].map(([key, line]) => ({ key, runs: line.runs, cost: sumCosts(line.costs) }));
  return sums.sort((a, b) =>
    group === "day"
      ? compare(a.key, b.key)
      : b.cost.usd - a.cost.usd || b.cost.minutes - a.cost.minutes || compare(a.key, b.key),
  );
}

function dayOf(at: number, page: Page | null): string {
  return page === null ? isoText(at).slice(0, 10) : dayText(at, page);
}

/** Parts of a run by key, together 1. */
function sharesOf(...[mission, run, group, features, page]: Parameters<typeof keysOf>): ReadonlyMap<string, number> {
  const shares = run.settled?.fact.shares ?? [];
  const parts = new Map<string, number>();
  const add = (key: string, share: number) => parts.set(key, (parts.get(key) ?? 0) + share);
  if (shares.length > 0 && (group === "agent" || group === "runtime" || group === "model")) {
    const [usd, tokens] = [total(shares, "costUsd"), total(shares, "tokens")];
    for (const share of shares) {
      const weight = usd > 0 ? share.costUsd / usd : tokens > 0 ? share.tokens / tokens : 1 / shares.length;
      add(group === "model" ? (share.model ?? unnamed(share.runtime)) : share[group], weight);
    }
  } else {
    const keys = keysOf(mission, run, group, features, page);
    for (const key of keys) add(key, 1 / keys.length);
  }
  return parts;
}

function total(shares: readonly Share[], of: "costUsd" | "tokens"): number {
  return shares.reduce((sum, share) => sum + share[of], 0);
}

/** Where nobody knows which model a runtime took. */
function unnamed(runtime: string | null): string {
  return runtime === null ? "none" : `${runtime}, unnamed`;
}

function keysOf(
  mission: MissionState,
  run: RunEntry,
  group: CostGroup,
  features: ReadonlyMap<string, FeatureState>,
  page: Page | null,
): string[] {
  const { fact, record } = run.claim;
  switch (group) {
    case "feature":
      if (fact.about.kind === "feature") return [thingName(mission.id, fact.about.feature)];
      if (fact.about.kind === "features")
        return fact.about.features.map(({ feature }) => thingName(mission.id, feature));
      return [
        fact.about.kind === "milestone"
          ? thingName(mission.id, fact.about.milestone === "final" ? null : fact.about.milestone)
          : mission.id,
      ];
    case "agent":
      return [runRole(mission, run, features) ?? (fact.runKind === "work" ? "unknown" : fact.runKind)];
    case "runtime":
      return [run.settled?.fact.runtime ?? "none"];
    case "model":
      return [run.settled?.fact.model ?? unnamed(run.settled?.fact.runtime ?? null)];
    case "day":
      return [dayOf(run.settled?.record.at ?? record.at, page)];
  }
}

function part(cost: Cost, share: number): Cost {
  return {
    usd: cost.usd * share,
    reported: cost.reported * share,
    priced: cost.priced * share,
    assumed: cost.assumed * share,
    subscription: cost.subscription * share,
    minutes: cost.minutes * share,
    tokens: cost.tokens * share,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
