import type { FeatureDocument } from "../model/documents.ts";
import type { Ledger, RunEntry } from "../model/ledger.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Money of the present day in UTC: what was settled in it, and what live runs have reserved. */
export interface DaySpending {
  usd: number;
  /** Of the features that a role works on. */
  byRole: ReadonlyMap<string, number>;
  endsAt: number;
}

/** `features` tell whose role a run's feature has; without them all runs are summed up alone. */
export function deriveDay(
  ledger: Ledger,
  now: number,
  features: ReadonlyMap<string, FeatureDocument> = new Map(),
): DaySpending {
  const beginsAt = Math.floor(now / DAY_MS) * DAY_MS;
  const byRole = new Map<string, number>();
  let usd = 0;
  for (const run of ledger.runs.values()) {
    const spent = spentSince(run, beginsAt);
    if (spent === 0) continue;
    usd += spent;
    const { about } = run.claim.fact;
    const role = about.kind === "feature" ? features.get(about.feature)?.agent : undefined;
    if (role !== undefined) byRole.set(role, (byRole.get(role) ?? 0) + spent);
  }
  return { usd, byRole, endsAt: beginsAt + DAY_MS };
}

function spentSince({ claim, ended, settled }: RunEntry, beginsAt: number): number {
  if (!ended) return claim.fact.reserveUsd;
  return ended.record.at >= beginsAt ? (settled?.fact.usage.costUsd ?? 0) : 0;
}
