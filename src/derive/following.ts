/**
 * A home branch follows the default branch when mission files changed there and before each validation. A merge that
 * changes code is gated alone first; one that conflicts or fails is a person's.
 */

import type { About } from "../model/record.ts";
import type { FollowFacts, HomeSnapshot, MissionSnapshot } from "../model/snapshot.ts";
import type { Condition, MissionStep, NewAsk } from "../model/state.ts";
import { waitForPerson } from "./asks.ts";
import { mergeChecks } from "./checks.ts";
import { condition } from "./condition.ts";
import { firstLine } from "./ended-run.ts";
import { findMergeVerdict, isGating, mergeTrouble } from "./merge-gate.ts";
import type { PlanIndex } from "./plan-index.ts";

export interface Following {
  step: MissionStep | null;
  /** Why a validation waits for it. */
  condition: Condition;
  isPersons: boolean;
}

/** null when home has nothing to follow now. `mayRun` false: nothing new starts, so code stays where it is. */
export function deriveFollowing(
  mission: MissionSnapshot,
  plan: PlanIndex,
  options: { validationDue: boolean; mayRun: boolean; current: string | null; defaultBranch: string },
): Following | null {
  const { follow, home } = mission;
  if (!follow || !home) return null;
  if (!follow.missionsChanged && (!options.validationDue || hasFollowed(mission, home))) return null;
  const { defaultTip: head, codeTree, conflicts } = follow;
  const because = follow.missionsChanged ? "mission files changed on the default branch" : "before a validation";
  const follows = (step: MissionStep | null) => ({
    step,
    condition: waitsFor(options.defaultBranch),
    isPersons: false,
  });
  if (codeTree === home.codeTree) return follows({ kind: "follow", head, because });
  if (!options.mayRun) return follows(null);
  const checks = mergeChecks(mission, plan, options.current);
  const isIt = (about: About) => about.kind === "follow" && about.head === head;
  const last = findMergeVerdict(mission, isFollow, checks, { baseCodeTree: home.codeTree });
  // A gate takes its time, in which the default branch moves on: home takes in what was judged, else it never would.
  if (last?.fact.result === "passed" && last.fact.about.kind === "follow") {
    return follows({ kind: "follow", head: last.fact.about.head, because });
  }
  if (codeTree === null) {
    return asksFor(mission, head, home, `it conflicts with ${home.branch} in ${conflicts.join(", ")}`);
  }
  if (checks.length === 0) return follows({ kind: "follow", head, because });
  const verdict = findMergeVerdict(mission, isIt, checks, { baseCodeTree: home.codeTree });
  if (verdict) {
    const why = `its merge into ${home.branch} did not pass its gate: ${firstLine(verdict.record.body)}`;
    return asksFor(mission, head, home, why);
  }
  const trouble = mergeTrouble(mission, isIt, home.tip);
  if (trouble) return asksFor(mission, head, home, trouble.message);
  return follows(isGating(mission, isFollow) ? null : gateFollow(head, because, checks));
}

const isFollow = (about: About) => about.kind === "follow";

/** Home is a merge that a gate judged, and nothing landed since: a validation need not wait for what came later. */
function hasFollowed({ ledger }: MissionSnapshot, home: HomeSnapshot): boolean {
  const landedAt = ledger.landed.at(-1)?.position ?? -1;
  return ledger.verdicts.some(({ position, fact }) => {
    return position > landedAt && fact.of === "gate" && isFollow(fact.about) && fact.codeTree === home.codeTree;
  });
}

function gateFollow(head: string, because: string, checks: ReturnType<typeof mergeChecks>): MissionStep {
  return { kind: "gate-follow", head, because, checks };
}

function waitsFor(defaultBranch: string): Condition {
  return condition("follow", `waits until home has followed ${defaultBranch}`);
}

function asksFor(
  mission: MissionSnapshot,
  head: FollowFacts["defaultTip"],
  home: HomeSnapshot,
  why: string,
): Following {
  const text = `The default branch at ${head} can't be brought to the mission's home: ${why}. Merge it into ${home.branch} by hand.`;
  const ask: NewAsk = { ask: "follow", about: null, risk: null, boundTo: head, text };
  const told = {
    code: "follow",
    message: `home can't follow the default branch: ${why}`,
    next: `git merge ${head} (into ${home.branch})`,
  };
  const waits = waitForPerson(mission, ask, told);
  return { step: waits.step.kind === "ask" ? waits.step : null, condition: waits.condition, isPersons: true };
}
