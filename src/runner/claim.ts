/** A run's own claim, read back from the ledger: without an open one nothing may be changed. */

import { type Git, GitError } from "../doors/git.ts";
import { isReadable, parseRecord } from "../format/record.ts";
import type { About, Claim } from "../model/record.ts";
import type { Order } from "../model/run.ts";
import { type LedgerHistory, readLedger } from "../repo/ledger.ts";

/** A claim is at most a moment old when its run starts: reading a whole long ledger would hold every start up. */
const RECENT = 60;

export type ClaimState = { kind: "open"; claim: Claim } | { kind: "closed"; reason: string };

/** The ledger from some place before the order's claim on, or all of its present epoch. */
export async function readSinceClaim(git: Git, ref: string, { run }: Pick<Order, "run">): Promise<LedgerHistory> {
  // One process, which a look at the ref before it would make two.
  const commits = await git.listCommits(ref, null, RECENT).catch(ifGitCant);
  const tip = commits.at(-1)?.oid ?? null;
  const recent = commits.map(parseRecord).filter(isReadable);
  const records = recent.slice(
    Math.max(
      0,
      recent.findLastIndex(({ fact }) => fact.kind === "created"),
    ),
  );
  const hasClaim = records.some(({ fact }) => fact.kind === "claim" && fact.run === run);
  return tip !== null && hasClaim ? { tip, records, unreadable: [] } : readLedger(git, ref);
}

/** A ledger that is not there. */
function ifGitCant(error: unknown): readonly never[] {
  if (error instanceof GitError) return [];
  throw error;
}

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
