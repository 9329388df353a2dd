import type { FeatureDocument } from "../model/documents.ts";
import type { Ledger, RunEntry } from "../model/ledger.ts";
import type { Cost } from "../model/state.ts";

export const NO_COST: Cost = { usd: 0, reported: 0, priced: 0, assumed: 0, minutes: 0, tokens: 0 };

/** What a run cost, as settled; nothing while it lives. */
export function runCost(run: RunEntry): Cost {
  const usage = run.settled?.fact.usage;
  if (!usage) return NO_COST;
  return {
    usd: usage.costUsd,
    reported: usage.costSource === "reported" ? usage.costUsd : 0,
    priced: usage.costSource === "priced" ? usage.costUsd : 0,
    assumed: usage.costSource === "assumed" ? usage.costUsd : 0,
    minutes: usage.minutes,
    tokens: usage.tokensIn + usage.tokensOut,
  };
}

export function addCosts(costs: readonly Cost[]): Cost {
  return costs.reduce((sum, cost) => {
    const next = { ...sum };
    for (const key of Object.keys(sum) as (keyof Cost)[]) next[key] = sum[key] + cost[key];
    return next;
  }, NO_COST);
}

/** How large a part of a run a feature pays: its own work wholly, a shared gate in equal parts. */
export function share(run: RunEntry, ids: readonly string[]): number {
  const { about } = run.claim.fact;
  if (about.kind === "feature") return ids.includes(about.feature) ? 1 : 0;
  if (about.kind !== "features") return 0;
  const mine = about.features.filter(({ feature }) => ids.includes(feature)).length;
  return mine / about.features.length;
}

/** Work, gate and review of a feature. */
export function featureCost(ledger: Ledger, feature: FeatureDocument): Cost {
  const ids = feature.was ? [feature.id, feature.was] : [feature.id];
  const runs = ids.flatMap((id) => ledger.byFeature.get(id)?.runs ?? []);
  return addCosts(runs.map((run) => scale(runCost(run), share(run, ids))));
}

function scale(cost: Cost, part: number): Cost {
  const next = { ...cost };
  for (const key of Object.keys(cost) as (keyof Cost)[]) next[key] = cost[key] * part;
  return next;
}
