import type { RefUpdate } from "../doors/git.ts";
import type { Applied, Ask } from "../model/decision.ts";
import { featureBranch } from "../repo/branches.ts";
import { appendRecords } from "../repo/ledger.ts";
import { type ApplyContext, noteAppend, pulseRecord, subjectOf } from "./context.ts";

/** Asks a person. Work that a person is to look at gets a branch, so that it can be fetched and fixed up. */
export async function applyAsk(context: ApplyContext, decision: Ask): Promise<Applied> {
  const { mission, tip, ask } = decision;
  const { home } = subjectOf(context, mission);
  const { text, ...fact } = ask;
  const record = pulseRecord(context, home.tip, { kind: "asked", ...fact, expires: null }, text);
  const refs = await reviewBranch(context, mission, ask);
  const outcome = await appendRecords(context.ledger, mission, [record], { expected: tip, refs });
  // A person's own branch called `mission` keeps ours from being made; the ask matters more.
  const again =
    outcome.kind === "refused" && refs.length > 0
      ? await appendRecords(context.ledger, mission, [record], { expected: tip })
      : outcome;
  return noteAppend(context, mission, again, `asked about ${ask.about ?? mission}: ${text.split("\n")[0]}`);
}

async function reviewBranch(
  { doors, authority }: ApplyContext,
  mission: string,
  { ask, about, boundTo }: Ask["ask"],
): Promise<readonly RefUpdate[]> {
  const head = boundTo.split(" ")[1];
  if (
    (ask !== "approval" && ask !== "sign-off" && ask !== "override") ||
    about === null ||
    head === undefined ||
    head === "-"
  )
    return [];
  const branch = featureBranch(mission, about);
  const here = authority.branchRef(branch);
  const old = (await doors.git.listRefs([here])).get(here) ?? null;
  if (old === head || (old !== null && !(await doors.git.isAncestor(old, head)))) return [];
  return [{ name: `refs/heads/${branch}`, new: head, old }];
}
