/** The ledger itself: one line that only ever grew, each commit a record, each claim by the host that it names. */

import type { Mark } from "../../model/audit.ts";
import { type AuditedLedger, ofKind } from "./audited-ledger.ts";
import { count, Faults, type Found, short, unlessWrong } from "./finding.ts";

export function checkChain({ commits, records, mission }: AuditedLedger): Found {
  const faults = new Faults("chain");
  for (const [index, commit] of commits.entries()) {
    const before = commits[index - 1];
    const isLine = before
      ? commit.parents.length === 1 && commit.parents[0] === before.id
      : commit.parents.length === 0;
    if (!isLine)
      faults.add(commit, {
        what: before
          ? `it has ${commit.parents.length} parents, the first one ${short(commit.parents[0] ?? null)}`
          : `it is the first record and has ${count(commit.parents.length, "parent")}`,
        expected: before ? `one parent, ${short(before.id)}: a ledger is a line` : "no parent",
        next: `git log --graph ${short(commit.id)}`,
      });
  }
  if (records[0]?.kind !== "created")
    faults.add(records[0] ?? null, {
      what: records[0] ? `the ledger begins with a ${records[0].kind}` : "the ledger has no record",
      expected: "a created record first",
      next: `mission doctor, or git log refs/mission/ledger/${mission}`,
    });
  return { told: `${count(commits.length, "record")}, ${unlessWrong("in one line", faults)}`, violations: faults.list };
}

/** What a ref of this clone has seen of the ledger is still in it. */
export function checkMarks(marks: readonly Mark[]): Found {
  const faults = new Faults("append-only");
  for (const { ref, oid, holds } of marks) {
    if (holds === false)
      faults.add(null, {
        what: `the ledger no longer goes through ${short(oid)}, where ${ref} saw it`,
        expected: "a ledger that only grows: somebody rewound or rewrote it",
        next: "mission doctor",
      });
  }
  const known = marks.filter(({ holds }) => holds !== null);
  const told =
    known.length === 0
      ? "no earlier sight of it in this clone"
      : `${count(known.length, "earlier sight")} of it in this clone`;
  return { told, violations: faults.list, isUnchecked: known.length === 0 };
}

/** Kinds of a newer program are counted and are no fault. */
export function checkRecords({ commits, unreadable, future, earlier }: AuditedLedger): Found {
  const faults = new Faults("records");
  for (const { id, reason } of unreadable)
    faults.add(
      { id },
      {
        what: `it can't be read: ${reason}`,
        expected: "a record as the program writes it",
        next: `git show ${short(id)}`,
      },
    );
  const parts = [
    `${commits.length - unreadable.length - future.length} of ${commits.length} readable`,
    future.length > 0 ? `${future.length} of a kind that this program does not know` : "",
    earlier > 0 ? `${earlier} of an earlier life of the mission` : "",
  ];
  return { told: parts.filter((part) => part !== "").join(", "), violations: faults.list };
}

/** A claim is a lock in a host's hand: only that host writes it. */
export function checkHosts(ledger: AuditedLedger): Found {
  const faults = new Faults("hosts");
  const claims = ofKind(ledger, "claim");
  for (const claim of claims) {
    const host = claim.get("Host");
    if (host !== claim.committer.name)
      faults.add(claim, {
        what: `the claim of ${claim.get("Run")} names host ${host}, and ${claim.committer.name} committed it`,
        expected: "a claim is committed by the host that it names",
        next: `mission explain ${claim.get("Run")}`,
      });
  }
  const hosts = new Set(claims.map((claim) => claim.get("Host")));
  return { told: `${count(claims.length, "claim")} by ${count(hosts.size, "host")}`, violations: faults.list };
}
