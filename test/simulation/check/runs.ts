import type { LedgerRecord } from "../../../src/model/record.ts";

/** At most one live work run of a feature; nobody claims twice, ends what was never claimed, or ends it twice but for a correction. */
export function checkRuns(records: readonly LedgerRecord[]): string[] {
  const faults: string[] = [];
  const claimed = new Set<string>();
  const firstEnd = new Map<string, string>();
  const ends = new Map<string, number>();
  const live = new Map<string, string>();
  for (const { fact } of records) {
    if (fact.kind === "created") live.clear();
    if (fact.kind === "claim") {
      if (claimed.has(fact.run)) faults.push(`run ${fact.run} was claimed twice`);
      claimed.add(fact.run);
      if (fact.runKind !== "work" || fact.about.kind !== "feature") continue;
      const other = live.get(fact.about.feature);
      if (other !== undefined) faults.push(`${fact.run} was claimed while ${other} had ${fact.about.feature}`);
      live.set(fact.about.feature, fact.run);
    }
    if (fact.kind !== "run-ended") continue;
    if (!claimed.has(fact.run)) faults.push(`${fact.run} ended and was never claimed`);
    for (const [feature, run] of live) if (run === fact.run) live.delete(feature);
    if (!firstEnd.has(fact.run)) firstEnd.set(fact.run, fact.outcome);
    ends.set(fact.run, (ends.get(fact.run) ?? 0) + 1);
  }
  for (const [run, count] of ends) {
    // Only a run that was taken for lost may report after all, to correct its cost.
    const most = firstEnd.get(run) === "lost" ? 2 : 1;
    if (count > most) faults.push(`run ${run} ended ${count} times`);
  }
  return faults;
}
