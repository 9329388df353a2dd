/**
 * Where approvers are named, only their answers and overrides count, whoever wrote others to the ledger and by whatever
 * program. Who somebody is, git takes from the commit: signed commits make that more than a word.
 */

import type { Approver } from "../model/documents.ts";
import type { AskEntry, Entry, FeatureRecords, Ledger, MilestoneRecords } from "../model/ledger.ts";
import type { Fact, Verdict } from "../model/record.ts";

/** The ledger without what nobody may say who is not among the approvers; itself where none are named. */
export function bindToApprovers(ledger: Ledger, approvers: readonly Approver[]): Ledger {
  if (approvers.length === 0) return ledger;
  const emails = new Set(approvers.flatMap(({ email }) => email?.toLowerCase() ?? []));
  const isApprovers = ({ record }: Entry<Fact>) => emails.has(record.author.email.toLowerCase());
  const counts = (verdict: Entry<Verdict>) => verdict.fact.override === null || isApprovers(verdict);
  const asks = ledger.asks.map((ask) => ({ ...ask, answered: ask.answers.find(isApprovers) ?? null }));
  return {
    ...ledger,
    asks,
    asksByThing: Map.groupBy(asks, ({ asked }: AskEntry) => asked.fact.about),
    verdicts: ledger.verdicts.filter(counts),
    byFeature: mapValues(ledger.byFeature, (of: FeatureRecords) => ({ ...of, verdicts: of.verdicts.filter(counts) })),
    byMilestone: mapValues(ledger.byMilestone, (of: MilestoneRecords) => ({
      ...of,
      verdicts: of.verdicts.filter(counts),
    })),
  };
}

function mapValues<T>(map: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
