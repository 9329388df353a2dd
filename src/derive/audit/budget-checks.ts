/**
 * Budgets: what is settled and what live runs have reserved, after each record. Never above the limit of then by more than
 * one cap: one run may cost more than it was to, and is stopped. A limit that a person lowers is no overrun of the past.
 */

import type { AuditEvidence, LimitEvidence } from "../../model/audit.ts";
import type { AuditedLedger, AuditedRecord } from "./audited-ledger.ts";
import { Faults, type Found } from "./finding.ts";

type Part = keyof LimitEvidence;

const PARTS: readonly Part[] = ["usd", "minutes", "tokens"];
const RESERVES = { usd: "Reserve-USD", minutes: "Reserve-Minutes", tokens: "Reserve-Tokens" } as const;
const UNITS = { usd: "USD", minutes: "min", tokens: "tokens" } as const;
/** Sums of decimal fractions. */
const SLACK = 1e-6;

interface Book {
  settled: Map<string, Record<Part, number>>;
  reserved: Map<string, Record<Part, number>>;
  limits: LimitEvidence | null;
  cap: Record<Part, number>;
  most: Record<Part, number>;
  told: Set<Part>;
}

export function checkBudget(ledger: AuditedLedger, { limits }: AuditEvidence): Found {
  const faults = new Faults("budget");
  const book: Book = {
    settled: new Map(),
    reserved: new Map(),
    limits: null,
    cap: { usd: 0, minutes: 0, tokens: 0 },
    most: { usd: 0, minutes: 0, tokens: 0 },
    told: new Set(),
  };
  for (const record of ledger.records) {
    const run = record.get("Run") ?? "";
    if (record.kind === "claim" && !book.reserved.has(run) && !book.settled.has(run)) {
      book.limits = limits.get(record.id) ?? book.limits;
      if (record.get("Kind") === "work") checkClaim(record, book, faults);
      reserve(record, run, book);
    }
    if (record.kind === "run-ended" && ledger.claims.has(run)) {
      book.reserved.delete(run);
      book.settled.set(run, spent(record));
      checkSum(record, book, faults);
    }
    for (const part of PARTS) book.most[part] = Math.max(book.most[part], used(book, part));
  }
  return { told: tell(book), violations: faults.list, isUnchecked: book.limits === null };
}

/** Nothing is begun that nothing is left for. Minutes of gates are not held back, those of work are. */
function checkClaim(claim: AuditedRecord, book: Book, faults: Faults): void {
  for (const part of PARTS) {
    const own = reserveOf(claim, part);
    const limit = book.limits?.[part] ?? null;
    if (limit === null || own === 0 || book.told.has(part)) continue;
    const before = used(book, part);
    if (before + own > limit + own + SLACK) fault(claim, { part, sum: before + own, limit }, book, faults);
  }
}

function checkSum(end: AuditedRecord, book: Book, faults: Faults): void {
  for (const part of ["usd", "tokens"] as const) {
    const limit = book.limits?.[part] ?? null;
    if (limit === null || book.told.has(part)) continue;
    const sum = used(book, part);
    if (sum > limit + book.cap[part] + SLACK) fault(end, { part, sum, limit }, book, faults);
  }
}

function fault(
  record: AuditedRecord,
  { part, sum, limit }: { part: Part; sum: number; limit: number },
  { cap, told }: Book,
  faults: Faults,
): void {
  told.add(part);
  const unit = UNITS[part];
  faults.add(record, {
    what: `with ${record.get("Run")} ${shown(sum)} ${unit} were spent and reserved, of ${shown(limit)}`,
    expected: `at most ${shown(limit)} ${unit} and one cap (${shown(Math.max(cap[part], reserveOf(record, part)))}) more`,
    next: `mission explain ${record.get("Run")}, then mission report --by feature`,
  });
}

function reserve(claim: AuditedRecord, run: string, { reserved, cap }: Book): void {
  const own = {
    usd: reserveOf(claim, "usd"),
    minutes: reserveOf(claim, "minutes"),
    tokens: reserveOf(claim, "tokens"),
  };
  reserved.set(run, own);
  for (const part of PARTS) cap[part] = Math.max(cap[part], own[part]);
}

function reserveOf(claim: AuditedRecord, part: Part): number {
  return claim.number(RESERVES[part]) || 0;
}

function spent(end: AuditedRecord): Record<Part, number> {
  return {
    usd: end.number("Cost-USD"),
    minutes: end.number("Minutes"),
    tokens: (end.number("Tokens-In") || 0) + (end.number("Tokens-Out") || 0),
  };
}

function used({ settled, reserved }: Book, part: Part): number {
  return [...settled.values(), ...reserved.values()].reduce((sum, amounts) => sum + amounts[part], 0);
}

function tell({ limits, most }: Book): string {
  const limited = PARTS.filter((part) => limits?.[part] != null);
  if (limited.length === 0) return limits === null ? "no budget of then is here" : "no budget is set";
  const parts = limited.map((part) => `${shown(most[part])} of ${shown(limits?.[part] ?? 0)} ${UNITS[part]}`);
  return `at most ${parts.join(", ")} spent and reserved at one time`;
}

function shown(amount: number): string {
  return String(Math.round(amount * 100) / 100);
}
