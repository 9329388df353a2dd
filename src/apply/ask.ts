import type { RefUpdate } from "../doors/git.ts";
import type { Applied, Ask } from "../model/decision.ts";
import type { AskKind } from "../model/record.ts";
import type { HomeSnapshot } from "../model/snapshot.ts";
import { featureBranch, isCheckedOut, signedBranch } from "../repo/branches.ts";
import { appendRecords } from "../repo/ledger.ts";
import { type ApplyContext, noteAppend, pulseRecord, type Subject, subjectOf } from "./context.ts";

const SHOWN: readonly AskKind[] = ["approval", "sign-off", "override", "review", "merge"];

/** Asks a person. Work that a person is to look at gets a branch, so that it can be fetched and fixed up. */
export async function applyAsk(context: ApplyContext, decision: Ask): Promise<Applied> {
  const { mission, tip, ask } = decision;
  const subject = subjectOf(context, mission);
  const { text, ...fact } = ask;
  const record = pulseRecord(context, subject.home.tip, { kind: "asked", ...fact, expires: null }, text);
  const refs = await reviewBranch(context, subject, ask);
  const outcome = await appendRecords(context.ledger, mission, [record], { expected: tip, refs });
  // A person's own branch called `mission` keeps ours from being made; the ask matters more.
  const again =
    outcome.kind === "refused" && refs.length > 0
      ? await appendRecords(context.ledger, mission, [record], { expected: tip })
      : outcome;
  return noteAppend(context, mission, again, `asked about ${ask.about ?? mission}: ${text.split("\n")[0]}`);
}

async function reviewBranch(
  context: ApplyContext,
  { mission, home }: Subject,
  ask: Ask["ask"],
): Promise<readonly RefUpdate[]> {
  const shown = shownCommit(mission.id, ask, home);
  if (shown === null) return [];
  const { git } = context.doors;
  const here = context.authority.branchRef(shown.branch);
  const old = (await git.listRefs([here])).get(here) ?? null;
  if (old === shown.commit || (old !== null && !(await git.isAncestor(old, shown.commit)))) return [];
  const name = `refs/heads/${shown.branch}`;
  if (old !== null && (await isCheckedOut(git, name))) return [];
  return [{ name, new: shown.commit, old }];
}

/** The work of a feature, or the home commit that is signed and merged: where home is the default branch that is on it. */
function shownCommit(
  mission: string,
  { ask, about, boundTo }: Ask["ask"],
  { isDefault }: HomeSnapshot,
): { branch: string; commit: string } | null {
  if (about === null || !SHOWN.includes(ask)) return null;
  const [first = "", head] = boundTo.split(" ");
  if (head !== undefined) return head === "-" ? null : { branch: featureBranch(mission, about), commit: head };
  const isSigned = (ask === "sign-off" || ask === "merge") && !isDefault;
  return isSigned ? { branch: signedBranch(mission, about), commit: first } : null;
}
