/** Deliveries that were judged and sent back: by a verdict on the work alone, or by a person's no. */

import type { FeatureDocument } from "../model/documents.ts";
import type { Entry, FeatureRecords, Ledger } from "../model/ledger.ts";
import type { AskKind, Verdict } from "../model/record.ts";
import { featureBinding } from "./asks.ts";
import { type EndedRun, firstLine } from "./ended-run.ts";
import { idsOf, isOnHead, isReviewOf } from "./feature-records.ts";

export interface Return {
  reason: string;
  /** Of what failed, sorted; empty for a person's no. */
  fingerprints: string;
}

/** Between the end of a run and what came after it. `heads` null: whatever work was judged then. */
interface Span {
  after: number;
  before: number;
  heads: readonly string[] | null;
}

/**
 * Why the delivery of a run was sent back; null when it was not. What was judged between a run and the next one is that
 * run's. Of the last run only the present candidate counts: a person's fix-up on the branch is judged anew.
 */
export function deriveReturn(
  ledger: Ledger,
  records: FeatureRecords,
  feature: FeatureDocument,
  { run, next, candidate }: { run: EndedRun; next: EndedRun | null; candidate: string | null },
): Return | null {
  const after = run.ended.position;
  const head = run.ended.fact.head ?? run.claim.fact.base;
  const span: Span = next
    ? { after, before: next.claim.position, heads: null }
    : { after, before: Number.POSITIVE_INFINITY, heads: [candidate ?? head] };
  return verdictReturn(records, feature, span) ?? denialReturn(ledger, feature, span);
}

/** The last word of the gate and that of the review: neither takes back what the other said. */
function verdictReturn(
  records: FeatureRecords,
  feature: FeatureDocument,
  { after, before, heads }: Span,
): Return | null {
  const inside = records.verdicts.filter((entry) => {
    const isInside = entry.position > after && entry.position < before;
    return isInside && (heads === null || heads.some((head) => isOnHead(entry, head)));
  });
  const gate = inside.findLast(({ fact }) => fact.of === "gate");
  const review = inside.findLast((entry) => isReviewOf(entry, records, feature));
  const verdict = [gate, review].find((entry) => entry?.fact.result === "failed" || entry?.fact.result === "conflict");
  return verdict ? { reason: returnReason(verdict), fingerprints: verdictFingerprints(verdict.fact) } : null;
}

const REFUSABLE: readonly AskKind[] = ["approval", "sign-off", "override", "review"];

function denialReturn(ledger: Ledger, feature: FeatureDocument, { after, before, heads }: Span): Return | null {
  const asks = idsOf(feature).flatMap((id) => ledger.asksByThing.get(id) ?? []);
  const denied = asks.findLast(({ asked, answered }) => {
    if (answered?.fact.decision !== "denied" || !REFUSABLE.includes(asked.fact.ask)) return false;
    if (answered.position <= after || answered.position >= before) return false;
    return heads === null || heads.some((head) => isBoundTo(asked.fact.boundTo, featureBinding(feature.spec, head)));
  });
  if (!denied) return null;
  return { reason: `denied: ${denied.answered?.record.body.trim()}`, fingerprints: "" };
}

/** Of exactly this spec and head, whatever the risk was: a lower risk makes no yes of a no. */
function isBoundTo(boundTo: string, binding: string): boolean {
  return boundTo === binding || boundTo.startsWith(`${binding} `);
}

function returnReason({ fact, record }: Entry<Verdict>): string {
  if (fact.result === "conflict") return `conflict with home: ${firstLine(record.body)}`;
  const failed = fact.checks.filter(({ result }) => result === "failed").map(({ label }) => label);
  return `${fact.of} failed: ${failed.join("; ") || firstLine(record.body)}`;
}

function verdictFingerprints({ checks, assertions }: Verdict): string {
  return [...checks, ...assertions]
    .flatMap(({ fingerprint }) => fingerprint ?? [])
    .sort()
    .join(" ");
}
