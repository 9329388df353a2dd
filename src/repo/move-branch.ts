/**
 * Moves a branch together with the records that say so. With a remote, or where no checkout has the branch, that is one
 * swap. A checkout of the branch here is moved forward by git first, because its files must move along; a crash between
 * the two leaves a branch that tells what happened, and the next pulse records it.
 */

import type { Doors } from "../doors/doors.ts";
import type { RefUpdate, Worktree } from "../doors/git.ts";
import type { NewRecord } from "../model/record.ts";
import { type AppendOutcome, appendRecords, type LedgerContext } from "./ledger.ts";
import { rememberRefusal } from "./refusals.ts";

export interface BranchMove {
  mission: string;
  /** Ledger tip that the move was decided on. */
  expected: string | null;
  branch: string;
  from: string;
  to: string;
  records: readonly NewRecord[];
  /** Other refs that move along. */
  refs?: readonly RefUpdate[];
}

/** `branch-refused`: the authority does not let this branch move, whoever asks. `obstacle`: a checkout is in the way for now. */
export type MoveOutcome =
  | AppendOutcome
  | { kind: "branch-refused"; reason: string }
  | { kind: "obstacle"; reason: string };

export async function moveBranch(doors: Doors, context: LedgerContext, move: BranchMove): Promise<MoveOutcome> {
  const { mission, expected, branch, from, to, records, refs = [] } = move;
  const name = `refs/heads/${branch}`;
  const worktrees = context.authority.remote === null ? await doors.git.listWorktrees() : [];
  const [checkout, another] = worktrees.filter(({ head }) => head === name);
  if (checkout && another) return severalCheckouts(doors, move, [checkout, another]);
  if (checkout) {
    const moved = await moveCheckout(doors, context, move, checkout);
    if (moved) return moved;
    return appendRecords(context, mission, records, { expected, refs });
  }
  const outcome = await appendRecords(context, mission, records, {
    expected,
    refs: [{ name, new: to, old: from }, ...refs],
  });
  if (outcome.kind !== "refused") return outcome;
  return outcome.ref === name ? { kind: "branch-refused", reason: outcome.reason } : outcome;
}

/** Git moves the files of one: those of the other would look as if the person had taken the move back. */
function severalCheckouts(doors: Doors, { branch, from }: BranchMove, checkouts: readonly Worktree[]): MoveOutcome {
  const reason = `${branch} is checked out in ${checkouts.map(({ path }) => path).join(" and ")}`;
  rememberRefusal(doors, branch, from, reason);
  return { kind: "obstacle", reason };
}

/** null when the checkout moved. */
async function moveCheckout(
  doors: Doors,
  { git, authority }: LedgerContext,
  { mission, expected, branch, from, to }: BranchMove,
  checkout: Worktree,
): Promise<MoveOutcome | null> {
  const ledgerRef = authority.ledgerRef(mission);
  const name = `refs/heads/${branch}`;
  const now = await git.listRefs([ledgerRef, name]);
  if ((now.get(ledgerRef) ?? null) !== expected)
    return { kind: "lost", ref: ledgerRef, reason: "the ledger has moved" };
  if (now.get(name) !== from) return { kind: "lost", ref: name, reason: "it has moved" };
  const moved = await git.fastForward(checkout.path, to);
  // Git's word is not enough: a record must not name a commit that the branch does not have.
  const isThere = moved.kind === "done" && (await git.listRefs([name])).get(name) === to;
  if (isThere) return null;
  const why = moved.kind === "done" ? `git did not move ${branch}` : describeRefusal(moved.reason);
  const reason = `${why} in ${checkout.path}`;
  rememberRefusal(doors, branch, from, reason);
  return { kind: "obstacle", reason };
}

const MOST_PATHS = 5;

/** Git lists the files that it would have to write over, each after a tab; else its first line says why. */
function describeRefusal(stderr: string): string {
  const lines = stderr.split("\n");
  const paths = lines.filter((line) => line.startsWith("\t")).map((line) => line.trim());
  if (paths.length === 0) return (lines[0] ?? "").replace(/^(?:error|fatal): /, "");
  const more = paths.length > MOST_PATHS ? ` and ${paths.length - MOST_PATHS} more` : "";
  return `${paths.slice(0, MOST_PATHS).join(", ")}${more} would be written over`;
}
