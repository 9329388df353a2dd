import type { FeatureDocument } from "../model/documents.ts";
import type { Ledger, RunEntry } from "../model/ledger.ts";
import type { Reviewer } from "../model/state.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Money of the present day in UTC: what was settled in it, and what live runs have reserved. */
export interface DaySpending {
  usd: number;
  /** Of the features that a role works on or reviews. */
  byRole: ReadonlyMap<string, number>;
  endsAt: number;
}

/** `roles` tell which role played a run; without them all runs are summed up alone. */
export function deriveDay(
  ledger: Ledger,
  now: number,
  roles: { features: ReadonlyMap<string, FeatureDocument>; reviewer: Reviewer | null } | null = null,
): DaySpending {
  const beginsAt = Math.floor(now / DAY_MS) * DAY_MS;
  const byRole = new Map<string, number>();
  let usd = 0;
  for (const run of ledger.runs.values()) {
    const spent = spentSince(run, beginsAt);
    if (spent === 0) continue;
    usd += spent;
    const { about, runKind } = run.claim.fact;
    const feature = about.kind === "feature" ? roles?.features.get(about.feature) : undefined;
    const role = runKind === "review" ? roles?.reviewer?.role : feature?.agent;
    if (role !== undefined) byRole.set(role, (byRole.get(role) ?? 0) + spent);
  }
  return { usd, byRole, endsAt: beginsAt + DAY_MS };
}

function spentSince({ claim, ended, settled }: RunEntry, beginsAt: number): number {
  if (!ended) return claim.fact.reserveUsd;
  return ended.record.at >= beginsAt ? (settled?.fact.usage.costUsd ?? 0) : 0;
}
