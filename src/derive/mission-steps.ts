/** What the engine does for a mission as a whole: begin, follow the default branch, merge what is signed, complete. */

import type { MissionDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry } from "../model/ledger.ts";
import type { About, Verdict } from "../model/record.ts";
import type { MergeFacts, MissionSnapshot } from "../model/snapshot.ts";
import type { MilestoneState, MissionStep, NewAsk } from "../model/state.ts";
import { deriveAsk } from "./asks.ts";
import { missionChecks } from "./checks.ts";

/** The branch that a mission calls home when its ledger begins. */
export function homeBranch(mission: MissionDocument, defaultBranch: string): string {
  return mission.home === "default" ? defaultBranch : `mission/${mission.id}/home`;
}

/**
 * A home branch follows the default branch when mission files changed there and before each validation. A merge that
 * changes code is gated alone first; one that conflicts or fails is a person's.
 */
export function deriveFollow(mission: MissionSnapshot, validationDue: boolean): MissionStep | null {
  const { follow, home } = mission;
  if (!follow || !home || !(follow.missionsChanged || validationDue)) return null;
  const head = follow.defaultTip;
  const because = follow.missionsChanged ? "mission files changed on the default branch" : "before a validation";
  if (follow.codeTree === null)
    return followAsk(mission, head, `it conflicts with ${home.branch} in ${follow.conflicts.join(", ")}`);
  if (follow.codeTree === home.codeTree || missionChecks(mission).length === 0)
    return { kind: "follow", head, because };
  const verdict = lastGate(mission, (about) => about.kind === "follow" && about.head === head, home.codeTree);
  if (!verdict)
    return isGating(mission, (about) => about.kind === "follow") ? null : { kind: "gate-follow", head, because };
  if (verdict.fact.result === "passed") return { kind: "follow", head, because };
  return followAsk(
    mission,
    head,
    `its merge into ${home.branch} did not pass its gate: ${verdict.record.body.trim().split("\n")[0]}`,
  );
}

/** Whether home waits to take in the default branch, so that a validation would judge something older. */
export function isFollowing(mission: MissionSnapshot): boolean {
  return mission.follow !== null;
}

function followAsk(mission: MissionSnapshot, head: string, why: string): MissionStep | null {
  const text = `The default branch at ${head} can't be brought to the mission's home: ${why}. Merge it into ${mission.home?.branch} by hand.`;
  return unasked(mission, { ask: "follow", about: null, risk: null, boundTo: head, text });
}

/** Brings the earliest signed commit that is not there yet to the default branch. */
export function deriveMerge(mission: MissionSnapshot): MissionStep | null {
  const due = mission.merges[0];
  if (!due) return null;
  const { milestone, head } = due;
  const merge = (contained: string | null, because: string): MissionStep => ({
    kind: "merge",
    milestone,
    head,
    contained,
    because,
  });
  if (due.contained) return merge(due.commit, "it is on the default branch");
  if (isRefused(mission, due)) return mergeAsk(mission, due, "the default branch refused it");
  if (due.codeTree === null) return mergeAsk(mission, due, `it conflicts in ${due.conflicts.join(", ")}`);
  if (due.codeTree === due.headCodeTree || missionChecks(mission).length === 0) return merge(null, "it is signed");
  const verdict = lastGate(mission, (about) => about.kind === "sign" && about.head === head, null, due.codeTree);
  if (!verdict) {
    const gating = isGating(mission, (about) => about.kind === "sign");
    return gating
      ? null
      : { kind: "gate-sign", milestone, head, because: "the default branch has other code than what was signed" };
  }
  if (verdict.fact.result === "passed") return merge(null, "it is signed and its merge passed the gate");
  return mergeAsk(mission, due, "the merge did not pass its gate");
}

function isRefused(mission: MissionSnapshot, { milestone, head }: MergeFacts): boolean {
  return mission.ledger.blocked.some(
    ({ fact, record }) => fact.reason === "merge-refused" && fact.thing === milestone && record.body.includes(head),
  );
}

function mergeAsk(mission: MissionSnapshot, { milestone, head }: MergeFacts, why: string): MissionStep | null {
  const text = `${thingName(mission.id, milestone)} is signed at ${head} but can't be merged into the default branch: ${why}. Merge branch mission/${mission.id}/${milestone} by hand.`;
  return unasked(mission, { ask: "merge", about: milestone, risk: null, boundTo: head, text });
}

function unasked(mission: MissionSnapshot, ask: NewAsk): MissionStep | null {
  return deriveAsk(mission.ledger, ask).kind === "unasked" ? { kind: "ask", ask } : null;
}

function lastGate(
  mission: MissionSnapshot,
  isAbout: (about: About) => boolean,
  baseCodeTree: string | null,
  codeTree: string | null = null,
): Entry<Verdict> | null {
  return (
    mission.ledger.verdicts.findLast(
      ({ fact }) =>
        fact.of === "gate" &&
        isAbout(fact.about) &&
        (baseCodeTree === null || fact.baseCodeTree === baseCodeTree) &&
        (codeTree === null || fact.codeTree === codeTree),
    ) ?? null
  );
}

function isGating(mission: MissionSnapshot, isAbout: (about: About) => boolean): boolean {
  return [...mission.ledger.runs.values()].some(
    ({ claim, ended }) => ended === null && claim.fact.runKind === "gate" && isAbout(claim.fact.about),
  );
}

/** Whether all milestones that count are passed: held ones keep a mission open. */
export function isThrough(milestones: readonly MilestoneState[]): boolean {
  return milestones.length > 0 && milestones.every(({ status }) => status === "passed" || status === "cancelled");
}
