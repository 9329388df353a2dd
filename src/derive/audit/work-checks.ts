/** What records name is here: work on its ref, and signatures where the repository asks for them. */

import type { AuditEvidence } from "../../model/audit.ts";
import { type AuditedLedger, ofKind } from "./audited-ledger.ts";
import { CUT, count, Faults, type Found, short } from "./finding.ts";

export function checkWorkRefs(ledger: AuditedLedger, { work, lacksHistory }: AuditEvidence): Found {
  const faults = new Faults("work");
  if (lacksHistory)
    return { told: `${count(work.length, "delivered head")}, ${CUT}`, violations: [], isUnchecked: true };
  const isClosed = ofKind(ledger, "completed").length > 0;
  const landed = new Set(ofKind(ledger, "landed").map((record) => record.get("Run")));
  let cleaned = 0;
  for (const { run, ref, head, tip, isHere, isKept } of work) {
    const end = ledger.ends.get(run)?.find((record) => record.get("Head") === head) ?? null;
    if (tip === null && isClosed && landed.has(run)) cleaned += 1;
    else if (!isHere)
      faults.add(end, {
        what: `the work of ${run}, ${short(head)}, is not in this clone`,
        expected: `its commit on ${ref}`,
        next: `git fetch <the remote> ${ref}:${ref}, or push it there from the host of ${run}`,
      });
    else if (tip === null ? !isKept : tip !== head && !isKept)
      faults.add(end, {
        what: tip === null ? `${ref} is gone` : `${ref} is at ${short(tip)} and no longer has ${short(head)}`,
        expected: `${short(head)}, the work of ${run}: without a ref git deletes it one day`,
        next: `git update-ref ${ref} ${head}`,
      });
  }
  const rest = cleaned > 0 ? `, ${cleaned} cleaned away after their landing` : "";
  return {
    told: `${work.length - cleaned} of ${count(work.length, "delivered head")} on their refs${rest}`,
    violations: faults.list,
  };
}

export function checkSignatures({ signatures }: AuditEvidence): Found {
  const faults = new Faults("signatures");
  if (signatures === null) return { told: "not asked for (sign: true)", violations: [], isUnchecked: true };
  for (const [commit, state] of signatures) {
    if (state !== "good")
      faults.add(null, {
        what: `${short(commit)}, a commit of the program, ${STATES[state]}`,
        expected: "a good signature: config.md says sign: true",
        next: `git verify-commit ${short(commit)}`,
      });
  }
  const good = [...signatures.values()].filter((state) => state === "good").length;
  return {
    told: `${good} of ${count(signatures.size, "commit")} of the program with a good signature`,
    violations: faults.list,
  };
}

const STATES = {
  good: "is signed",
  bad: "has a bad signature",
  none: "has no signature",
  unknown: "has a signature by a key that is not trusted here",
} as const;
