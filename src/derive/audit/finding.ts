import type { AuditCheck, Violation } from "../../model/audit.ts";
import type { AuditedRecord } from "./audited-ledger.ts";

/** What one check has found. `isUnchecked`: what it needs is not here, or nothing asks for it. */
export interface Found {
  told: string;
  violations: readonly Violation[];
  isUnchecked?: boolean;
}

/** Ends what is told of a check that would have to look further back. */
export const CUT = "its history is not here (git fetch --unshallow)";

export type Fault = Omit<Violation, "check" | "record">;

/** Collects what is wrong under the name of a check. */
export class Faults {
  readonly list: Violation[] = [];
  readonly #check: string;

  constructor(check: string) {
    this.#check = check;
  }

  add(record: Pick<AuditedRecord, "id"> | null, fault: Fault): void {
    this.list.push({ check: this.#check, record: record?.id ?? null, ...fault });
  }
}

export function toCheck(name: string, { told, violations, isUnchecked = false }: Found): AuditCheck {
  return { name, told, state: violations.length > 0 ? "bad" : isUnchecked ? "unchecked" : "ok" };
}

/** What is said where nothing is wrong, else how much is. */
export function unlessWrong(words: string, { list }: Faults): string {
  return list.length === 0 ? words : `${list.length} wrong`;
}

/** `1 record`, `3 records`. */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${amount} ${amount === 1 ? one : many}`;
}

/** A commit as a sentence names it. */
export function short(id: string | null): string {
  return (id ?? "nothing").slice(0, 10);
}
