import type { LedgerRecord } from "../../../src/model/record.ts";

/**
 * Where delivered work is reviewed, no run's work lands before a reviewer or a person has passed exactly the head that the
 * gate before it judged, and none whose last review sent it back. A review of an older head may end late.
 */
export function checkReviews(records: readonly LedgerRecord[]): string[] {
  const faults: string[] = [];
  /** By feature and head: what its last review said, or a person since. */
  const said = new Map<string, "passed" | "failed" | "open">();
  const gated = new Map<string, string>();
  const asks: (string | null)[] = [];
  for (const { fact } of records) {
    if (fact.kind === "created") asks.length = 0;
    if (fact.kind === "asked") asks.push(fact.ask === "review" ? `${fact.about} ${fact.boundTo.split(" ")[1]}` : null);
    if (fact.kind === "answered" && fact.decision === "approved") {
      const about = asks[fact.ask - 1] ?? null;
      if (about !== null) said.set(about, "passed");
    }
    if (fact.kind === "verdict" && fact.about.kind === "features") {
      const word = fact.result === "passed" || fact.result === "failed" ? fact.result : "open";
      for (const { feature, head } of fact.about.features) {
        if (fact.of === "review") said.set(`${feature} ${head}`, word);
        else gated.set(feature, head);
      }
    }
    if (fact.kind !== "landed" || fact.run === null) continue;
    const word = said.get(`${fact.feature} ${gated.get(fact.feature)}`) ?? "missing";
    if (word !== "passed") faults.push(`${fact.feature} landed and the last review of it is: ${word}`);
  }
  return faults;
}
