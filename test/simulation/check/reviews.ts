import type { LedgerRecord } from "../../../src/model/record.ts";

/**
 * Where delivered work is reviewed, no run's work lands before a reviewer or a person has passed it, and none whose last
 * review sent it back. A person may take home back to a landing that an older epoch recorded: epochs count together.
 */
export function checkReviews(records: readonly LedgerRecord[]): string[] {
  const faults: string[] = [];
  /** By feature: what its last review said, or a person since. */
  const said = new Map<string, "passed" | "failed" | "open">();
  const asks: (string | null)[] = [];
  for (const { fact } of records) {
    if (fact.kind === "created") asks.length = 0;
    if (fact.kind === "asked") asks.push(fact.ask === "review" ? fact.about : null);
    if (fact.kind === "answered" && fact.decision === "approved") {
      const about = asks[fact.ask - 1] ?? null;
      if (about !== null) said.set(about, "passed");
    }
    if (fact.kind === "verdict" && fact.of === "review" && fact.about.kind === "features") {
      const word = fact.result === "passed" || fact.result === "failed" ? fact.result : "open";
      for (const { feature } of fact.about.features) said.set(feature, word);
    }
    if (fact.kind !== "landed" || fact.run === null) continue;
    const word = said.get(fact.feature) ?? "never reviewed";
    if (word !== "passed") faults.push(`${fact.feature} landed and its last review is: ${word}`);
  }
  return faults;
}
