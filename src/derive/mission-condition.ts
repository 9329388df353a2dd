import type { MissionDocument } from "../model/documents.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Condition, FeatureState, MissionState, MissionStatus } from "../model/state.ts";
import { askName, deriveAsk } from "./asks.ts";
import { condition } from "./condition.ts";
import { deriveControl } from "./control.ts";
import type { MilestoneProgress } from "./milestone-status.ts";

interface Told {
  status: MissionStatus;
  condition: Condition;
}

/** Missions of which nothing can be derived: the folder or the branch is gone, or the ledger is not what it was. */
export function emptyCondition(mission: MissionSnapshot): Told | null {
  const { id, home, ledgerState, ledger } = mission;
  if (ledgerState === "rewound" || ledgerState === "missing") {
    const what = ledgerState === "rewound" ? "was rewound" : "is missing";
    return {
      status: "blocked",
      condition: condition("ledger", `its ledger ${what} on the authority`, { next: "mission doctor" }),
    };
  }
  if (mission.gone)
    return { status: "gone", condition: condition("gone", `its folder is gone from ${home?.branch ?? "home"}`) };
  if (!home) {
    const branch = ledger.created?.fact.home ?? `mission/${id}/home`;
    return {
      status: "blocked",
      condition: condition("home", `its home branch ${branch} is missing`, { next: `git branch ${branch} <commit>` }),
    };
  }
  return null;
}

export function missionCondition(
  state: Pick<
    MissionState,
    "id" | "milestones" | "openAsks" | "ledger" | "paused" | "liveRuns" | "findings" | "current"
  >,
  { document, final, snapshot }: { document: MissionDocument; final: MilestoneProgress | null; snapshot: Snapshot },
): Told {
  const told = (status: MissionStatus, code: string, message: string, next: string | null = null): Told => ({
    status,
    condition: condition(code, message, { next }),
  });
  if (document.status === "completed") return told("completed", "completed", "every milestone is passed");
  if (document.status === "cancelled") return told("cancelled", "cancelled", "its file says cancelled");
  if (document.status === "planning")
    return told("planning", "planning", "it is not started", `mission start ${state.id}`);
  if (state.paused) {
    const byFile = document.status === "paused";
    return told(
      "paused",
      "paused",
      byFile ? "its file says paused" : "a person paused it",
      byFile ? `mission start ${state.id}` : `mission resume ${state.id}`,
    );
  }
  const error = state.findings.find(
    ({ severity, file }) => severity === "error" && (file === document.file || file.endsWith("/contract.md")),
  );
  if (error && document.budget === null)
    return told("blocked", "invalid", `${error.file}:${error.line}: ${error.message}`, `mission edit ${state.id}`);
  if (final?.kind === "sign-off")
    return { status: final.status === "blocked" ? "blocked" : "validating", condition: final.condition };
  if (final?.kind === "validation" && final.validation.kind === "blocked") {
    return told("blocked", final.validation.code, final.validation.message, final.validation.next);
  }
  if (final && final.kind !== "passed") return told("validating", "validating", "the whole contract is run once more");
  if (final?.kind === "passed") return told("validating", "closing", "it is about to be completed");
  const stuck = stuckOn(state);
  if (stuck) return { status: "blocked", condition: stuck };
  const late = deadlineHeld(state, document, snapshot);
  return late ? { status: "blocked", condition: late } : told("active", "active", "features are under way");
}

/** Why no feature can move without a person; null when one can. */
function stuckOn({
  milestones,
  liveRuns,
  current,
}: Pick<MissionState, "milestones" | "liveRuns" | "current">): Condition | null {
  if (liveRuns.length > 0) return null;
  const held = milestones.find(({ status }) => status === "held");
  if (current === null) return held ? held.condition : null;
  const milestone = milestones.find(({ id }) => id === current);
  if (!milestone) return null;
  if (milestone.status === "blocked" || milestone.status === "needs_input") return milestone.condition;
  if (milestone.status === "validating" || milestone.step.kind !== "none") return null;
  const open = milestones
    .flatMap(({ features }) => features)
    .filter(({ status }) => status !== "done" && status !== "cancelled");
  const waits = (feature: FeatureState) =>
    feature.status === "blocked" ||
    feature.status === "backlog" ||
    (feature.status === "needs_input" && feature.step.kind === "none");
  const first = open.find(({ status }) => status === "needs_input") ?? open.find(({ status }) => status === "blocked");
  return open.length > 0 && open.every(waits) && first
    ? { ...first.condition, message: `${first.id}: ${first.condition.message}` }
    : null;
}

function deadlineHeld(
  { id, ledger }: Pick<MissionSnapshot, "id" | "ledger">,
  { deadline }: MissionDocument,
  { now }: Snapshot,
): Condition | null {
  if (deadline === null || now < deadline) return null;
  const asked = deriveAsk(ledger, { ask: "deadline", about: null, boundTo: String(deadline) });
  if (asked.kind === "approved") return null;
  return condition("deadline", "its deadline has passed", {
    next: asked.kind === "open" ? `mission approve ${askName(id, asked.entry)}` : null,
  });
}

/** Nothing new starts or lands; live runs end by themselves. */
export function isPaused(mission: MissionSnapshot, document: MissionDocument): boolean {
  return document.status === "paused" || deriveControl(mission.ledger, mission.id).paused;
}

/** Why nothing new starts for a mission, in words for its ready features; null when something may. */
export function heldBack(mission: MissionSnapshot, document: MissionDocument, snapshot: Snapshot): string | null {
  if (isPaused(mission, document)) return "the mission is paused";
  if (document.status !== "active") return `the mission is ${document.status}`;
  if (mission.ledgerState === "newer") return "its ledger was written by a newer git-mission";
  if (mission.ledgerState === "none") return "its ledger has not begun";
  if (document.budget === null) return "it has no budget";
  return deadlineHeld(mission, document, snapshot)?.message ?? null;
}
