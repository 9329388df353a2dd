import type { LedgerRecord } from "../../../src/model/record.ts";

export interface BudgetFindings {
  faults: string[];
  /** A claim took what was left to the cent. */
  wasReached: boolean;
}

/** Sums of money in figures with cents add up to a little beside. */
const TOLERANCE = 1e-6;

/**
 * At each claim what is spent and what is reserved, the new claim with it, is within the limit: so all that can be over at
 * the end is what running runs take beyond their own caps. `limitAt` answers the mission's limit that a claim was decided
 * on; null: none.
 */
export function checkBudget(
  records: readonly LedgerRecord[],
  limitAt: (base: string) => number | null,
): BudgetFindings {
  const faults: string[] = [];
  let wasReached = false;
  const reserved = new Map<string, number>();
  const spent = new Map<string, number>();
  for (const { fact } of records) {
    if (fact.kind === "created") {
      reserved.clear();
      spent.clear();
    }
    if (fact.kind === "run-ended") {
      reserved.delete(fact.run);
      spent.set(fact.run, fact.usage.costUsd);
      if (!(fact.usage.costUsd >= 0)) faults.push(`${fact.run} cost ${fact.usage.costUsd}`);
    }
    if (fact.kind !== "claim") continue;
    reserved.set(fact.run, fact.reserveUsd);
    const limit = limitAt(fact.base);
    if (limit === null || fact.reserveUsd === 0) continue;
    const total = sum(reserved) + sum(spent);
    if (total > limit + TOLERANCE) faults.push(`${fact.run} was claimed at ${total} USD of ${limit}`);
    if (Math.abs(total - limit) <= TOLERANCE) wasReached = true;
  }
  return { faults, wasReached };
}

function sum(figures: ReadonlyMap<string, number>): number {
  return [...figures.values()].reduce((total, figure) => total + figure, 0);
}
