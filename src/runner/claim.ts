/** A run's own claim, read back from the ledger: without an open one nothing may be changed. */

import type { About, Claim } from "../model/record.ts";
import type { Order } from "../model/run.ts";
import type { LedgerHistory } from "../repo/ledger.ts";

export type ClaimState = { kind: "open"; claim: Claim } | { kind: "closed"; reason: string };

/** Whether the claim of an order stands in the present epoch, and nothing after it has ended it. */
export function findClaim(history: Pick<LedgerHistory, "records">, order: Order): ClaimState {
  const facts = history.records.map((record) => record.fact);
  const at = facts.findIndex((fact) => fact.kind === "claim" && fact.run === order.run);
  const claim = facts[at];
  if (claim?.kind !== "claim") return closed("its claim is not in the ledger");
  if (claim.nonce !== order.nonce || claim.host !== order.host) return closed("the claim is another's");
  const later = facts.slice(at + 1);
  const end = later.find((fact) => fact.kind === "run-ended" && fact.run === order.run);
  if (end?.kind === "run-ended") return closed(`its claim ended: ${end.outcome}`);
  const next = later.find((fact) => fact.kind === "claim" && isSameWork(fact, claim));
  return next?.kind === "claim" ? closed(`run ${next.run} has taken over`) : { kind: "open", claim };
}

function isSameWork(one: Claim, other: Claim): boolean {
  const feature = featureOf(one.about);
  return one.runKind === "work" && other.runKind === "work" && feature !== null && feature === featureOf(other.about);
}

function featureOf(about: About): string | null {
  return about.kind === "feature" ? about.feature : null;
}

function closed(reason: string): ClaimState {
  return { kind: "closed", reason };
}
