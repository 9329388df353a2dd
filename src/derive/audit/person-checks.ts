/** What only persons may do: answers, overrides, words of control. By those who may, to what was asked, once. */

import type { AuditEvidence } from "../../model/audit.ts";
import { type AuditedLedger, type AuditedRecord, isPerson, ofKind } from "./audited-ledger.ts";
import { count, Faults, type Found, unlessWrong } from "./finding.ts";

export function checkPersons(ledger: AuditedLedger, { approvers }: AuditEvidence): Found {
  const faults = new Faults("persons");
  const answers = ofKind(ledger, "answered");
  const overrides = ofKind(ledger, "verdict").filter((verdict) => verdict.get("Override") !== null);
  const controls = ofKind(ledger, "control");
  const next = (record: AuditedRecord) => `git show ${record.id.slice(0, 10)}`;
  for (const record of [...answers, ...overrides, ...controls]) {
    const word = record.kind === "answered" ? `${record.get("Ask")} was ${record.get("Decision")}` : `a ${record.kind}`;
    if (!isPerson(record))
      faults.add(record, {
        what: `${word} by ${record.by}, from inside a run or a pulse`,
        expected: "a person's own word",
        next: next(record),
      });
    else if (record.kind !== "control" && !mayDecide(approvers.get(record.id) ?? [], record))
      faults.add(record, {
        what: `${word} by ${record.author.email}, who was not among the approvers`,
        expected: `one of ${(approvers.get(record.id) ?? []).join(", ")}`,
        next: `${next(record)}, then ask one of the approvers to look at it`,
      });
  }
  checkAnswers(ledger, answers, faults);
  const decisions = answers.length + overrides.length;
  return {
    told: `${count(decisions, "decision")} and ${count(controls.length, "word")} of control, ${unlessWrong("each by a person who may", faults)}`,
    violations: faults.list,
  };
}

function mayDecide(approvers: readonly string[], { author }: AuditedRecord): boolean {
  return approvers.length === 0 || approvers.some((email) => email.toLowerCase() === author.email.toLowerCase());
}

function checkAnswers(ledger: AuditedLedger, answers: readonly AuditedRecord[], faults: Faults): void {
  const answered = new Set<string>();
  for (const answer of answers) {
    const name = answer.get("Ask") ?? "";
    const ask = ledger.asks[Number(name.slice(1)) - 1];
    const next = ask ? `mission explain ${ledger.mission}/${name}` : `git show ${answer.id.slice(0, 10)}`;
    if (!ask || ask.position > answer.position)
      faults.add(answer, {
        what: `${name} was answered and had not been asked`,
        expected: "an ask before its answer",
        next,
      });
    else if (answer.get("Decision") !== "answer" && answer.get("Bound-To") !== ask.get("Bound-To"))
      faults.add(answer, {
        what: `${name} was ${answer.get("Decision")} for ${answer.get("Bound-To")}`,
        expected: `what was asked: ${ask.get("Bound-To")}`,
        next,
      });
    else if (answered.has(name))
      faults.add(answer, { what: `${name} was answered before`, expected: "one answer an ask: the first holds", next });
    else answered.add(name);
  }
}
