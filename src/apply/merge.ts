import type { RefUpdate } from "../doors/git.ts";
import { printMessage } from "../format/trailers.ts";
import type { Applied, Merge } from "../model/decision.ts";
import { isCheckedOut, signedBranch } from "../repo/branches.ts";
import { moveBranch } from "../repo/move-branch.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, append, noteAppend, pulseRecord, type Subject, subjectOf } from "./context.ts";

/** Brings a signed commit to the default branch by a merge commit, or records that it is there. */
export async function applyMerge(context: ApplyContext, decision: Merge): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const { mission, tip, milestone, head, contained } = decision;
  const { name, tip: from } = context.snapshot.defaultBranch;
  const detail = `${mission}/${milestone} is on ${name}`;
  const frozen = await frozenBranch(context, decision);
  if (contained !== null) {
    const record = pulseRecord(context, subject.home.tip, { kind: "merged", milestone, head, commit: contained });
    return append(context, decision, [record], { detail, refs: frozen.remove });
  }
  if (from === null) return { kind: "failed", reason: `there is no branch ${name}` };
  const commit = await mergeCommit(context, decision, from);
  if (commit === null) return { kind: "lost", reason: "the branches conflict now" };
  const record = pulseRecord(context, subject.home.tip, { kind: "merged", milestone, head, commit });
  const outcome = await moveBranch(context.doors, context.ledger, {
    mission,
    expected: tip,
    branch: name,
    from,
    to: commit,
    records: [record],
    refs: frozen.remove,
  });
  if (outcome.kind === "obstacle") return { kind: "waits", reason: outcome.reason };
  if (outcome.kind === "branch-refused") return noteRefusal(context, subject, decision, outcome.reason);
  return noteAppend(context, mission, outcome, detail);
}

async function mergeCommit(
  { doors, snapshot }: ApplyContext,
  { mission, milestone, head }: Merge,
  from: string,
): Promise<string | null> {
  const merged = await doors.git.mergeTree(from, head);
  if (merged.kind !== "clean") return null;
  const identity = programIdentity(snapshot.host);
  const message = printMessage({
    subject: `Merge ${mission}/${milestone}`,
    body: "",
    trailers: [["Mission", `${mission}/${milestone}`]],
  });
  return doors.git.writeCommit({
    tree: merged.tree,
    parents: [from, head],
    message,
    author: identity,
    committer: identity,
    at: doors.clock.now(),
  });
}

/** The signed commit as a branch that a person can merge, where the program may not. */
async function frozenBranch(
  { doors, authority }: ApplyContext,
  { mission, milestone, head }: Merge,
): Promise<{ add: readonly RefUpdate[]; remove: readonly RefUpdate[] }> {
  const branch = signedBranch(mission, milestone);
  const here = authority.branchRef(branch);
  const old = (await doors.git.listRefs([here])).get(here) ?? null;
  const name = `refs/heads/${branch}`;
  // The closing commit stands on what was signed at the end.
  const isOver = old !== null && (await doors.git.isAncestor(old, head)) && !(await isCheckedOut(doors.git, name));
  return {
    add: old === null ? [{ name, new: head, old: null }] : [],
    remove: isOver ? [{ name, new: null, old }] : [],
  };
}

async function noteRefusal(
  context: ApplyContext,
  { home }: Subject,
  decision: Merge,
  reason: string,
): Promise<Applied> {
  const { name } = context.snapshot.defaultBranch;
  const body = `${name} refuses the merge of ${decision.head}: ${reason}`;
  const record = pulseRecord(
    context,
    home.tip,
    { kind: "blocked", thing: decision.milestone, reason: "merge-refused" },
    body,
  );
  const { add } = await frozenBranch(context, decision);
  return append(context, decision, [record], { detail: body, refs: add });
}
