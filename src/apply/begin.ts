import type { Applied, Begin } from "../model/decision.ts";
import { MISSION_FORMAT } from "../model/record.ts";
import { rememberRefusal } from "../repo/refusals.ts";
import { type ApplyContext, append, pulseRecord, subjectOf } from "./context.ts";

/** Begins a mission's ledger and its home branch in one swap. */
export async function applyBegin(context: ApplyContext, decision: Begin): Promise<Applied> {
  const { home } = subjectOf(context, decision.mission);
  const { defaultBranch } = context.snapshot;
  const isDefault = decision.home === defaultBranch.name;
  const known = await context.doors.git.listRefs([context.authority.branchRef(decision.home)]);
  const refs = isDefault || known.size > 0 ? [] : [{ name: `refs/heads/${decision.home}`, new: home.tip, old: null }];
  const record = pulseRecord(context, home.tip, { kind: "created", format: MISSION_FORMAT, home: decision.home });
  const detail = `${decision.mission} begins on ${decision.home}`;
  const applied = await append(context, decision, [record], { detail, refs });
  // Nothing in git shows it, and a person who looks must be told.
  if (applied.kind === "failed" && home.tip !== null)
    rememberRefusal(context.doors, context.authority.ledgerRef(decision.mission), home.tip, applied.reason);
  return applied;
}
