/** Nothing gets to the default branch but what a person signed; a mission is closed only when all of it was validated. */

import type { AuditEvidence } from "../../model/audit.ts";
import { type AuditedLedger, type AuditedRecord, isPerson, ofKind } from "./audited-ledger.ts";
import { CUT, count, Faults, type Found, short, unlessWrong } from "./finding.ts";

export function checkMerges(ledger: AuditedLedger, { defaultLine, lacksHistory }: AuditEvidence): Found {
  const faults = new Faults("merges");
  const signed = new Set([
    ...ofKind(ledger, "completed").map((record) => record.get("Commit")),
    ...ofKind(ledger, "answered").flatMap((answer) => {
      const ask = ledger.asks[Number(answer.get("Ask")?.slice(1)) - 1];
      const isSigned =
        ask?.get("Ask") === "sign-off" &&
        answer.get("Decision") === "approved" &&
        answer.get("Bound-To") === ask.get("Bound-To");
      return isSigned ? [answer.get("Bound-To")] : [];
    }),
  ]);
  const records = ofKind(ledger, "merged");
  const merged = new Set(records.map((record) => record.get("Commit")));
  for (const record of records) {
    if (!signed.has(record.get("Head")))
      faults.add(record, {
        what: `${record.get("Milestone")} was merged at ${short(record.get("Head"))}, which nobody signed`,
        expected: "a signature on exactly that commit, before",
        next: `git show ${short(record.get("Commit"))}`,
      });
  }
  const merges = defaultLine.filter(
    ({ committer, mission, parents }) =>
      committer.startsWith("pulse@") && parents.length === 2 && mission?.startsWith(`${ledger.mission}/`),
  );
  for (const { id, parents } of merges) {
    const head = parents[1] ?? "";
    if (!signed.has(head))
      faults.add(records.find((record) => record.get("Commit") === id) ?? null, {
        what: `${short(id)} brought ${short(head)} to the default branch, and nobody signed it`,
        expected: "a signature on exactly that commit",
        next: `git show ${short(id)}; git revert -m 1 ${short(id)} takes it back`,
      });
    else if (!merged.has(id))
      faults.add(null, {
        what: `${short(id)} is the program's merge, and no record names it`,
        expected: "a merged record with each merge",
        next: "mission pulse records what it finds there; then mission audit again",
      });
  }
  const told = `${count(merges.length, "merge")} of the program into the default branch, ${signed.size} signed or closing`;
  return {
    told: lacksHistory ? `${told}, ${CUT}` : told,
    violations: unique(faults),
    isUnchecked: lacksHistory,
  };
}

/** A merge that nobody signed is one fault, though its record and its commit both show it. */
function unique({ list }: Faults): Faults["list"] {
  return list.filter(
    ({ record }, index) => record === null || list.findIndex((other) => other.record === record) === index,
  );
}

export function checkCompleted(ledger: AuditedLedger): Found {
  const faults = new Faults("completed");
  const closings = ofKind(ledger, "completed");
  for (const closing of closings) {
    const landedAt = ofKind(ledger, "landed").findLast(({ position }) => position < closing.position)?.position ?? -1;
    if (goodValidations(ledger, closing.position, landedAt).length === 0)
      faults.add(closing, {
        what: "the mission was closed, and nothing had been validated since its last landing",
        expected: "a validation that passed, after the last landing",
        next: `mission explain ${ledger.mission}`,
      });
  }
  const told = closings.length === 0 ? "not closed" : `closed, ${unlessWrong("after its validation", faults)}`;
  return { told, violations: faults.list, isUnchecked: closings.length === 0 };
}

/** Validations between two positions, these excluded, that passed or that a person let pass. */
export function goodValidations(ledger: AuditedLedger, before: number, after: number): readonly AuditedRecord[] {
  return ofKind(ledger, "verdict").filter(
    (verdict) =>
      verdict.get("Of") === "validate" &&
      verdict.position > after &&
      verdict.position < before &&
      isGood(ledger, verdict, before),
  );
}

/** What no check could decide, a person has: bound to exactly the commit that was validated. */
function isGood(ledger: AuditedLedger, verdict: AuditedRecord, before: number): boolean {
  const result = verdict.get("Result");
  if (result === "passed" || result === "unchecked") return true;
  const about = verdict.get("Milestone") ?? "final";
  return ofKind(ledger, "answered").some((answer) => {
    const ask = ledger.asks[Number(answer.get("Ask")?.slice(1)) - 1];
    const isIt = ask?.get("About") === about && ["manual", "override"].includes(ask.get("Ask") ?? "");
    const isYes = answer.get("Decision") === "approved" && answer.get("Bound-To") === verdict.get("Base");
    return isIt && isYes && answer.position < before && isPerson(answer);
  });
}
