/**
 * Signatures of persons where `sign_off` asks for them: on the end, on each milestone before the next one begins, or on each
 * feature before it lands. A signature holds for exactly the commit that was validated, or the head that was delivered.
 */

import type { AuditEvidence, PlanEvidence } from "../../model/audit.ts";
import { type AuditedLedger, type AuditedRecord, ofKind } from "./audited-ledger.ts";
import { CUT, count, Faults, type Found, short, unlessWrong } from "./finding.ts";
import { goodValidations } from "./merge-checks.ts";

interface Signature {
  about: string;
  boundTo: string;
  position: number;
}

interface Subject {
  ledger: AuditedLedger;
  signed: readonly Signature[];
  faults: Faults;
}

export function checkSignOffs(ledger: AuditedLedger, { plans, home, lacksHistory }: AuditEvidence): Found {
  const faults = new Faults("sign-offs");
  const subject = { ledger, signed: listSigned(ledger), faults };
  const passed = new Set<string>();
  let asked = 0;
  for (const record of ledger.records) {
    const plan = plans.get(record.id);
    if (!plan) continue;
    if (record.kind === "landed" && plan.signOff === "feature") {
      const commit = home?.line.find(
        ({ id, committer }) => id === record.get("Commit") && committer.startsWith("pulse@"),
      );
      if (commit?.head) {
        asked += 1;
        checkFeature(subject, record, commit.head);
      }
    }
    if (record.kind !== "landed" && plan.signOff === "milestone") {
      for (const milestone of listBehind(ledger, record, plan)) {
        if (passed.has(milestone.id)) continue;
        passed.add(milestone.id);
        asked += 1;
        checkMilestone(subject, record, milestone);
      }
    }
    if (record.kind === "completed" && plan.signOff !== "feature") {
      asked += 1;
      checkEnd(subject, record, plan);
    }
  }
  const told =
    plans.size === 0
      ? "nothing that needs a signature and whose home of then is here"
      : `${count(asked, "signature")} asked for by sign_off, ${unlessWrong("each given before", faults)}`;
  return {
    told: lacksHistory ? `${told}, ${CUT}` : told,
    violations: faults.list,
    isUnchecked: lacksHistory || plans.size === 0,
  };
}

/** The first answer to an ask is the one that holds. */
function listSigned(ledger: AuditedLedger): readonly Signature[] {
  const answers = ofKind(ledger, "answered");
  return ledger.asks.flatMap((ask, index) => {
    const answer = answers.find((other) => other.get("Ask") === `q${index + 1}`);
    const boundTo = ask.get("Bound-To") ?? "";
    const isSigned =
      ask.get("Ask") === "sign-off" && answer?.get("Decision") === "approved" && answer.get("Bound-To") === boundTo;
    return isSigned && answer ? [{ about: ask.get("About") ?? "", boundTo, position: answer.position }] : [];
  });
}

function isSigned({ signed }: Subject, before: AuditedRecord, about: string, boundTo: string | null): boolean {
  return signed.some(
    (one) => one.about === about && one.boundTo === boundTo && one.position < before.position && boundTo !== null,
  );
}

function checkFeature({ ledger, signed, faults }: Subject, landed: AuditedRecord, head: string): void {
  const feature = landed.get("Feature") ?? "";
  const isIt = ({ about, boundTo, position }: Signature) =>
    about === feature && boundTo.split(" ")[1] === head && position < landed.position;
  if (signed.some(isIt)) return;
  faults.add(landed, {
    what: `${feature} landed with ${short(head)}, and nobody signed it`,
    expected: "a person's signature on exactly that head before it lands: sign_off is feature",
    next: `mission explain ${ledger.mission}/${feature}`,
  });
}

type Milestone = PlanEvidence["milestones"][number];

/** Milestones that are over when work of a later one is claimed, or the mission is closed. */
function listBehind(ledger: AuditedLedger, record: AuditedRecord, { milestones }: PlanEvidence): readonly Milestone[] {
  const feature = record.get("Feature") ?? "";
  const own = milestones.findIndex(({ features }) => features.includes(feature));
  const before = record.kind === "completed" ? milestones : milestones.slice(0, Math.max(0, own));
  return before.filter(({ id, isOut }) => !isOut && !isHeld(ledger, record, id));
}

function isHeld(ledger: AuditedLedger, { position }: AuditedRecord, milestone: string): boolean {
  const word = ofKind(ledger, "control").findLast(
    (control) =>
      control.position < position &&
      control.get("Target") === `${ledger.mission}/${milestone}` &&
      control.get("Action") !== "retry",
  );
  return word !== undefined && word.get("Action") !== "resume";
}

function checkMilestone(subject: Subject, record: AuditedRecord, { id, features }: Milestone): void {
  const { ledger, faults } = subject;
  const landedAt = ofKind(ledger, "landed").findLast(
    (landed) => landed.position < record.position && features.includes(landed.get("Feature") ?? ""),
  );
  const verdicts = goodValidations(ledger, record.position, landedAt?.position ?? -1);
  const own = verdicts.filter((verdict) => verdict.get("Milestone") === id);
  if (own.some((verdict) => isSigned(subject, record, id, verdict.get("Base")))) return;
  const then = record.kind === "completed" ? "the mission was closed" : `work on ${record.get("Feature")} began`;
  faults.add(record, {
    what: `${then}, and nobody had signed ${id}`,
    expected: `a person's signature on the commit at which ${id} was validated: sign_off is milestone`,
    next: `mission explain ${ledger.mission}/${id}`,
  });
}

/** Where milestones are signed, the end needs no signature of its own on code that a milestone was signed with. */
function checkEnd(subject: Subject, closing: AuditedRecord, { signOff }: PlanEvidence): void {
  const { ledger, faults } = subject;
  const all = goodValidations(ledger, closing.position, -1);
  const landedAt = ofKind(ledger, "landed").findLast(({ position }) => position < closing.position)?.position ?? -1;
  const verdicts = all.filter(({ position }) => position > landedAt);
  const lastFinal = verdicts.findLast((verdict) => verdict.get("Milestone") === "final");
  const signedTrees = new Set(
    all
      .filter((verdict) => isSigned(subject, closing, verdict.get("Milestone") ?? "", verdict.get("Base")))
      .map((verdict) => verdict.get("Code-Tree")),
  );
  // The verdict on a milestone ends the mission only where the contract was not run on its own.
  const isLast = (verdict: AuditedRecord) => verdict.position >= (lastFinal?.position ?? -1);
  const isEnough = (verdict: AuditedRecord) =>
    isSigned(subject, closing, "final", verdict.get("Base")) ||
    (signOff === "milestone" && isLast(verdict) && signedTrees.has(verdict.get("Code-Tree")));
  // One that was closed unvalidated is told as that.
  if (verdicts.length === 0 || verdicts.some(isEnough)) return;
  faults.add(closing, {
    what: `the mission was closed, validated at ${short(verdicts.at(-1)?.get("Base") ?? null)}, and nobody signed that`,
    expected: `a person's signature on the validated commit before the end: sign_off is ${signOff}`,
    next: `mission explain ${ledger.mission}`,
  });
}
