/** Signed commits on their way to the default branch, one at a time and in order. */

import { thingName } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { About } from "../model/record.ts";
import type { MergeFacts, MissionSnapshot } from "../model/snapshot.ts";
import type { MissionStep, NewAsk } from "../model/state.ts";
import { type Waiting, waitForPerson } from "./asks.ts";
import { mergeChecks } from "./checks.ts";
import { countPassed, findMergeVerdict, isGating, mergeTrouble } from "./merge-gate.ts";
import type { PlanIndex } from "./plan-index.ts";

export interface Merging {
  step: MissionStep | null;
  /** A person must merge. */
  waits: Waiting | null;
}

/** What becomes of the earliest signed commit that is not on the default branch; null when there is none. */
export function deriveMerging(mission: MissionSnapshot, plan: PlanIndex): Merging | null {
  const due = mission.merges[0];
  if (!due) return null;
  const { milestone, head } = due;
  const steps = (step: MissionStep | null): Merging => ({ step, waits: null });
  const merge = (contained: string | null, because: string) =>
    steps({ kind: "merge", milestone, head, contained, because });
  if (due.contained) return merge(due.commit, "it is on the default branch");
  if (isRefused(mission, due)) return asks(mission, due, "the default branch refused it");
  if (due.codeTree === null) return asks(mission, due, `it conflicts in ${due.conflicts.join(", ")}`);
  const isPlanned = mission.files.milestones.some(({ id }) => id === milestone);
  const checks = mergeChecks(mission, plan, isPlanned ? milestone : null);
  if (due.codeTree === due.headCodeTree || checks.length === 0)
    return due.obstacle ? steps(null) : merge(null, "it is signed");
  const isIt = (about: About) => about.kind === "sign" && about.head === head;
  const verdict = findMergeVerdict(mission, isIt, checks, { codeTree: due.codeTree });
  if (verdict?.fact.result === "passed") {
    return due.obstacle ? steps(null) : merge(null, "it is signed and its merge passed the gate");
  }
  if (verdict) return asks(mission, due, "the merge did not pass its gate");
  const late = countPassed(mission, isIt);
  if (late >= LIMITS.staleVerdicts)
    return asks(mission, due, `${late} gates in a row passed too late: the default branch had moved`);
  const trouble = mergeTrouble(mission, isIt, null);
  if (trouble) return asks(mission, due, trouble.message);
  if (isGating(mission, (about) => about.kind === "sign")) return steps(null);
  const because = "the default branch has other code than what was signed";
  return steps({ kind: "gate-sign", milestone, head, because, checks });
}

function isRefused({ ledger }: MissionSnapshot, { milestone, head }: MergeFacts): boolean {
  const refusals = ledger.byFeature.get(milestone)?.blocked ?? [];
  return refusals.some(({ fact, record }) => fact.reason === "merge-refused" && record.body.includes(head));
}

function asks(mission: MissionSnapshot, { milestone, head }: MergeFacts, why: string): Merging {
  const name = thingName(mission.id, milestone === "final" ? null : milestone);
  const text = `${name} is signed at ${head} but can't be merged into the default branch: ${why}. Merge branch mission/${mission.id}/${milestone} by hand.`;
  const ask: NewAsk = { ask: "merge", about: milestone, risk: null, boundTo: head, text };
  const waits = waitForPerson(mission, ask, { code: "merge", message: text });
  return { step: waits.step.kind === "ask" ? waits.step : null, waits };
}
