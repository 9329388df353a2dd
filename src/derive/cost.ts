import type { FeatureDocument } from "../model/documents.ts";
import type { Ledger, RunEntry } from "../model/ledger.ts";
import type { Cost } from "../model/state.ts";

export const NO_COST: Cost = { usd: 0, reported: 0, priced: 0, assumed: 0, subscription: 0, minutes: 0, tokens: 0 };

/** What a run cost, as settled; nothing while it lives. */
export function runCost(run: RunEntry): Cost {
  const ended = run.settled?.fact;
  if (!ended) return NO_COST;
  const { usage, billing } = ended;
  return {
    usd: usage.costUsd,
    reported: usage.costSource === "reported" ? usage.costUsd : 0,
    priced: usage.costSource === "priced" ? usage.costUsd : 0,
    assumed: usage.costSource === "assumed" ? usage.costUsd : 0,
    subscription: billing === "subscription" ? usage.costUsd : 0,
    minutes: usage.minutes,
    tokens: usage.tokensIn + usage.tokensOut,
  };
}

/** The sum; each cost counts by its part. */
export function addCosts(costs: readonly { cost: Cost; part: number }[]): Cost {
  const sum = { ...NO_COST };
  for (const { cost, part } of costs) {
    sum.usd += cost.usd * part;
    sum.reported += cost.reported * part;
    sum.priced += cost.priced * part;
    sum.assumed += cost.assumed * part;
    sum.subscription += cost.subscription * part;
    sum.minutes += cost.minutes * part;
    sum.tokens += cost.tokens * part;
  }
  return sum;
}

/** Work, gate and review of a feature: its own runs wholly, a shared gate in equal parts. */
export function featureCost(ledger: Ledger, { id, was }: FeatureDocument): Cost {
  const ids = was === null ? [id] : [id, was];
  if (!ids.some((each) => ledger.byFeature.has(each))) return NO_COST;
  const runs = new Set(ids.flatMap((each) => ledger.byFeature.get(each)?.runs ?? []));
  return addCosts([...runs].map((run) => ({ cost: runCost(run), part: share(run, ids) })));
}

function share({ claim }: RunEntry, ids: readonly string[]): number {
  const { about } = claim.fact;
  if (about.kind !== "features") return 1;
  return about.features.filter(({ feature }) => ids.includes(feature)).length / about.features.length;
}
