import type { FeatureDocument } from "../model/documents.ts";
import type { Entry, FeatureRecords, Ledger } from "../model/ledger.ts";
import type { Landed, Verdict } from "../model/record.ts";
import { lastControl } from "./control.ts";

const NOTHING: FeatureRecords = { runs: [], verdicts: [], landed: [], blocked: [] };

/** The ids under which the ledger knows a feature: its own, and the one that it had before it was renamed. */
export function idsOf({ id, was }: Pick<FeatureDocument, "id" | "was">): readonly string[] {
  return was === null ? [id] : [was, id];
}

/** What the ledger holds of a feature, in the ledger's order. */
export function recordsOf(ledger: Ledger, feature: FeatureDocument): FeatureRecords {
  const own = ledger.byFeature.get(feature.id) ?? NOTHING;
  const old = feature.was === null ? undefined : ledger.byFeature.get(feature.was);
  if (!old) return own;
  return {
    runs: [...old.runs, ...own.runs].sort((a, b) => a.claim.position - b.claim.position),
    verdicts: inOrder([...old.verdicts, ...own.verdicts]),
    landed: inOrder([...old.landed, ...own.landed]),
    blocked: inOrder([...old.blocked, ...own.blocked]),
  };
}

function inOrder<T extends { position: number }>(entries: T[]): T[] {
  return entries.sort((a, b) => a.position - b.position);
}

/** Position of the last word of a person to begin afresh, -1 without one. */
export function lastRetry(ledger: Ledger, mission: string, feature: FeatureDocument): number {
  if (ledger.controls.length === 0) return -1;
  const targets = idsOf(feature).map((id) => `${mission}/${id}`);
  return lastControl(ledger, targets, "retry");
}

/** The last landing that no retry came after. */
export function lastLanding(ledger: Ledger, mission: string, feature: FeatureDocument): Entry<Landed> | null {
  const since = lastRetry(ledger, mission, feature);
  return recordsOf(ledger, feature).landed.findLast(({ position }) => position > since) ?? null;
}

/** Whether a verdict is a review for what is asked now, by a run or by a person. */
export function isReviewOf(
  { fact }: Entry<Verdict>,
  { runs }: FeatureRecords,
  { spec }: Pick<FeatureDocument, "spec">,
): boolean {
  if (fact.of !== "review") return false;
  return fact.run === null || runs.some(({ run, claim }) => run === fact.run && claim.fact.spec === spec);
}

/** Whether a verdict is on exactly this head and nothing else. A chain's verdict is no verdict on its parts. */
export function isOnHead({ fact: { about } }: Entry<Verdict>, head: string): boolean {
  return about.kind === "features" && about.features[0]?.head === head;
}
