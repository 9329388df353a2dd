import type { MissionDocument } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import { LIMITS } from "../model/limits.ts";
import type { Fact } from "../model/record.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Condition, FeatureState, MissionState, MissionStatus } from "../model/state.ts";
import { condition } from "./condition.ts";
import { deriveControl, describeControl } from "./control.ts";
import { deriveMerging } from "./merging.ts";
import type { MilestoneProgress, Subject } from "./milestone-status.ts";
import { deadlineWaits } from "./mission-steps.ts";
import { describeFinding } from "./plan-index.ts";

interface Told {
  status: MissionStatus;
  condition: Condition;
}

/** Missions of which nothing can be derived: the folder or the branch is gone, or the ledger is not what it was. */
export function emptyCondition(mission: MissionSnapshot, authority: Snapshot["authority"]): Told | null {
  const { id, home, ledgerState, ledger, files } = mission;
  if (ledgerState === "rewound" || ledgerState === "missing") {
    const what = ledgerState === "rewound" ? "was rewound" : "is missing";
    return tell("blocked", "ledger", `its ledger ${what} on the authority`, "mission doctor");
  }
  if (ledgerState === "damaged") {
    const why = files.findings[0]?.message ?? "Git can't read it";
    return tell("blocked", "ledger", why, "git fsck");
  }
  if (mission.gone) return tell("gone", "gone", `its folder is gone from ${home?.branch ?? "home"}`);
  if (!home) {
    const branch = ledger.created?.fact.home ?? `mission/${id}/home`;
    const tip = lastHomeTip(ledger) ?? "<commit>";
    const next =
      authority.kind === "local"
        ? `git branch ${branch} ${tip}`
        : `git push ${authority.remote} ${tip}:refs/heads/${branch}`;
    return tell("blocked", "home", `its home branch ${branch} is missing`, next);
  }
  return files.mission ? null : tell("blocked", "invalid", `${mission.path}/mission.md is missing`);
}

/** The last commit of home that the ledger knows of; what people brought there since, they have. */
function lastHomeTip({ records }: MissionSnapshot["ledger"]): string | null {
  const last = records.findLast(({ fact, homeTip }) => movedTo(fact) !== null || homeTip !== null);
  return last ? (movedTo(last.fact) ?? last.homeTip) : null;
}

function movedTo(fact: Fact): string | null {
  return fact.kind === "landed" || fact.kind === "amended" || fact.kind === "completed" ? fact.commit : null;
}

function tell(status: MissionStatus, code: string, message: string, next: string | null = null): Told {
  return { status, condition: condition(code, message, { next }) };
}

/** The part of a mission's state that its own status follows from. */
type Parts = Pick<MissionState, "id" | "milestones" | "liveRuns" | "current" | "home">;

export function missionCondition(
  parts: Parts,
  subject: Subject,
  { final, now }: { final: MilestoneProgress | null; now: number },
): Told {
  const { mission, document } = subject;
  const { id } = parts;
  if (document.status === "completed") return completedCondition(subject);
  if (document.status === "cancelled") return tell("cancelled", "cancelled", "its file says cancelled");
  if (document.status === "planning") return planningCondition(subject);
  if (document.status === "paused") return tell("paused", "paused", "its file says paused", `mission start ${id}`);
  if (isPaused(mission, document)) return tell("paused", "paused", "a person paused it", `mission resume ${id}`);
  if (mission.ledgerState === "newer") return tell("blocked", "ledger", NEWER, "npm install -g git-mission");
  const error = settingsError(subject);
  if (error) {
    const next = error.file === document.file ? `mission edit ${id}` : `edit ${error.file}, then mission save`;
    return tell("blocked", "invalid", describeFinding(error), next);
  }
  if (mission.refused) return tell("active", "refused", `${NOT_BEGUN}: ${mission.refused}`, "mission doctor");
  if (final) return finalCondition(parts, final, now);
  const stuck = stuckOn(parts);
  if (stuck) return { status: "blocked", condition: stuck };
  const late = deadlineWaits(subject, now);
  return late ? { status: "blocked", condition: late.condition } : tell("active", "active", "features are under way");
}

/** What it lacks comes first: without that it would not start. */
function planningCondition({ mission: { id, path, files }, plan, document }: Subject): Told {
  const told = (message: string, next: string) => tell("planning", "planning", `it is not started${message}`, next);
  const [error] = plan.errors.values();
  if (error) return told(` and can't be: ${describeFinding(error)}`, `mission check ${path}`);
  if (document.budget === null) return told(" and has no budget", `mission budget ${id} usd=50`);
  if (files.features.length > 0) return told("", `mission start ${id}`);
  return told(" and has no features", files.milestones.length > 0 ? `mission add ${id} "title"` : `mission edit ${id}`);
}

/** The closing commit precedes the last merge, which the default branch may refuse. */
function completedCondition({ mission, plan }: Subject): Told {
  const passed = "every milestone is passed";
  const waits = deriveMerging(mission, plan)?.waits ?? null;
  if (waits === null) return tell("completed", "completed", passed);
  const { message, next, evidence } = waits.condition;
  return {
    status: "completed",
    condition: condition("merge", `${passed}; what is left: ${message}`, { next, evidence }),
  };
}

/** The whole contract is run once more; then a signature, then the closing commit. */
function finalCondition({ home }: Parts, final: MilestoneProgress, now: number): Told {
  if (final.kind === "invalid") return { status: "blocked", condition: final.condition };
  if (final.kind === "judging") {
    const { status, condition: why } = final;
    if (status === "blocked" || status === "needs_input") return { status: "blocked", condition: why };
    // Its fixes are about to be made: they go into the last milestone.
    if (status === "failed") return { status: "validating", condition: why };
    return tell("validating", "validating", "the whole contract is run once more");
  }
  if (!home?.obstacle) return tell("validating", "closing", "it is about to be completed");
  const until = now + LIMITS.checkoutRetryMs;
  return {
    status: "validating",
    condition: condition("closing", `it is about to be completed; waits: ${home.obstacle}`, { until }),
  };
}

/** Why no feature can move without a person; null when one can. */
function stuckOn({ id, milestones, liveRuns, current }: Parts): Condition | null {
  if (liveRuns.length > 0) return null;
  if (current === null) return noMilestone(id, milestones);
  const milestone = milestones.find((each) => each.id === current);
  if (milestone?.step.kind !== "none" || milestone.status === "validating") return null;
  if (milestone.status === "needs_input") return milestone.condition;
  const open = milestones
    .flatMap(({ features }) => features)
    .filter(({ status }) => status !== "done" && status !== "cancelled");
  const first = open.find(({ status }) => status === "needs_input") ?? open.find(({ status }) => status === "blocked");
  if (!open.every(isWaiting)) return null;
  if (milestone.status === "blocked") return milestone.condition;
  return first ? { ...first.condition, message: `${first.id}: ${first.condition.message}` } : null;
}

function isWaiting({ status, step }: FeatureState): boolean {
  return status === "blocked" || status === "backlog" || (status === "needs_input" && step.kind === "none");
}

function noMilestone(id: string, milestones: MissionState["milestones"]): Condition {
  const held = milestones.find(({ status }) => status === "held");
  if (held) return { ...held.condition, message: `milestone ${held.id}: ${held.condition.message}` };
  if (milestones.length > 0)
    return condition("empty", "all its milestones are cancelled", { next: `mission cancel ${id}` });
  return condition("empty", "it has no milestones", { next: `mission edit ${id}` });
}

/** What is wrong in the files that say how the mission is run and judged; null when nothing is. */
function settingsError({ mission, plan, document }: Subject): Finding | null {
  const { config, findings } = mission.repository;
  const inConfig = findings.find(({ file, severity }) => file === config.file && severity === "error");
  return plan.errors.get(document.file) ?? inConfig ?? null;
}

/** Nothing new starts or lands; live runs end by themselves. */
export function isPaused(mission: MissionSnapshot, document: MissionDocument): boolean {
  return document.status === "paused" || deriveControl(mission.ledger, mission.id).paused;
}

/** Held back by nothing else than that. */
export const NOT_BEGUN = "its ledger has not begun";

const NEWER = "its ledger was written by a newer git-mission";

/** Why nothing new starts for a mission, in words for its ready features; null when something may. */
export function heldBack(subject: Subject, { host, now }: Snapshot): string | null {
  const { mission, document } = subject;
  if (isPaused(mission, document)) return "the mission is paused";
  if (document.status !== "active") return `the mission is ${document.status}`;
  const word = describeControl(deriveControl(mission.ledger, mission.id));
  if (word) return `the mission is ${word}`;
  if (mission.ledgerState === "newer") return NEWER;
  const error = settingsError(subject);
  if (error) return describeFinding(error);
  if (document.budget === null) return "it has no budget";
  if (mission.ledgerState === "none") return mission.refused ? `${NOT_BEGUN}: ${mission.refused}` : NOT_BEGUN;
  const here = describeControl(deriveControl(mission.ledger, thingOf(host)));
  if (here) return `${thingOf(host)} is ${here}`;
  return deadlineWaits(subject, now)?.condition.message ?? null;
}

function thingOf(host: string): string {
  return `host:${host}`;
}
