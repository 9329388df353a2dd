/** Who and what the money went to. Each run's cost is settled once; a gate of several features is shared by them equally. */

import { thingName } from "../model/ids.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { Cost, FeatureState, MissionState } from "../model/state.ts";
import type { Page } from "./page.ts";
import { runRole } from "./run-role.ts";
import { dayText } from "./time.ts";

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
  if (!settled) return NOTHING;
  const { usage, billing } = settled.fact;
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

/** The cost of some runs by one trait, the dearest first; days in order. */
export function groupCosts(
  mission: MissionState,
  runs: readonly RunEntry[],
  group: CostGroup,
  page: Page,
): readonly CostLine[] {
  const features = new Map(
    mission.milestones.flatMap((milestone) => milestone.features.map((feature) => [feature.id, feature] as const)),
  );
  const lines = new Map<string, { runs: number; costs: Cost[] }>();
  for (const run of runs) {
    const keys = keysOf(mission, run, group, features, page);
    for (const key of keys) {
      const line = lines.get(key) ?? { runs: 0, costs: [] };
      line.runs += 1;
      line.costs.push(part(runCost(run), keys.length));
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

function keysOf(
  mission: MissionState,
  run: RunEntry,
  group: CostGroup,
  features: ReadonlyMap<string, FeatureState>,
  page: Page,
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
      return [run.settled?.fact.model ?? run.settled?.fact.runtime ?? "none"];
    case "day":
      return [dayText(run.settled?.record.at ?? record.at, page)];
  }
}

function part(cost: Cost, count: number): Cost {
  return count === 1
    ? cost
    : {
        usd: cost.usd / count,
        reported: cost.reported / count,
        priced: cost.priced / count,
        assumed: cost.assumed / count,
        subscription: cost.subscription / count,
        minutes: cost.minutes / count,
        tokens: cost.tokens / count,
      };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
