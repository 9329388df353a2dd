import { deriveFate, type Fate, type WorkspaceState } from "../derive/workspace-fate.ts";
import type { Applied, Clean } from "../model/decision.ts";
import { giveVariables } from "../model/given-variables.ts";
import type { RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { LocalRun } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { releaseHeld } from "../repo/import-work.ts";
import { foresee, type Kept, proveKept } from "../repo/prove-kept.ts";
import type { ApplyContext } from "./context.ts";

export type { ApplyContext };

/** Deletes what a finished run left, once all of it is proven to be kept. What can't be proven is left alone for some hours. */
export async function applyClean(context: ApplyContext, { run, what }: Clean): Promise<Applied> {
  const local = context.snapshot.localRuns.find((each) => each.run === run);
  if (!local) return { kind: "failed", reason: `${run} has no folder here` };
  const { fate, reason } = await judgeLeftover(context, local);
  if (fate.kind === "keep") {
    const because = reason === null ? fate.because : `${fate.because}: ${reason}`;
    context.doors.state.keepRun(run, context.doors.clock.now() + LIMITS.keptAgainMs, because);
    return { kind: "waits", reason: because };
  }
  await removeLeftover(context, local, what);
  return { kind: "done", detail: `deleted the ${what} of ${run}: ${fate.because}` };
}

export interface Judged {
  fate: Fate;
  /** Words of git or of the authority on why it is kept. */
  reason: string | null;
}

/** What is to become of a run's folder, after saving what was not saved yet. Call it under the host's lock. */
export async function judgeLeftover(
  context: Pick<ApplyContext, "doors" | "authority" | "snapshot">,
  local: LocalRun,
  { save }: { save: boolean } = { save: true },
): Promise<Judged> {
  const { doors, authority, snapshot } = context;
  const { git, clock, leftovers, openRunFiles } = doors;
  const { run, entry } = standing(local, snapshot.missions);
  const rules = landedRules(local, snapshot.missions);
  const { closed, waiting, owner, folder, order } = local;
  const makes = order.runKind === "work" ? "work" : "nothing";
  const first: WorkspaceState = { run, makes, closed, waiting, owner, processes: "none", ...UNASKED };
  const early = deriveFate({ ...first, commits: "none", files: "gone" });
  if (early.kind === "keep") return { fate: early, reason: null };
  const before = doors.leftovers.findOccupants(local.run, folder);
  if (before !== "none") return { fate: deriveFate({ ...first, processes: before }), reason: null };
  // To know whether all is kept is to save what is not: who only asks is told what would be tried.
  if (!save) {
    const { reason, ...seen } = await foresee({ git, leftovers, openRunFiles, authority, rules }, local);
    const fate = deriveFate({ ...first, commits: "none", ...seen });
    if (fate.kind === "keep" || makes === "nothing") return { fate, reason };
    return { fate: { ...fate, because: "it is over; what is not saved yet is saved first" }, reason: null };
  }
  const { reason, ...kept } = await proveKept(
    { git, clock, leftovers, openRunFiles, authority, rules, secrets: giveVariables(order, doors.env).secrets },
    local,
    entry?.ended?.fact.head ?? null,
  );
  // Somebody may have begun to work there meanwhile.
  const processes = doors.leftovers.findOccupants(local.run, folder);
  return { fate: deriveFate({ ...first, ...kept, processes }), reason };
}

/** What a run's work ignores counts once it has landed: then it is home that ignores it. */
function landedRules({ run, order }: LocalRun, missions: readonly MissionSnapshot[]): string | null {
  const mission = missions.find(({ id }) => id === order.mission);
  const hasLanded = mission?.ledger.landed.some(({ fact }) => fact.run === run) ?? false;
  return hasLanded ? (mission?.home?.tip ?? null) : null;
}

const UNASKED: Omit<Kept, "reason"> = { commits: "unknown", files: "unreadable", salvage: "none", hidden: "unknown" };

export async function removeLeftover(
  { doors }: Pick<ApplyContext, "doors">,
  { run, folder }: LocalRun,
  what: Clean["what"],
): Promise<void> {
  if (what === "folder") {
    // Its feature is over: until then a conversation may go on from what is noted about this workspace.
    await doors.workspaces.forget(`${folder}/workspace`);
    await doors.state.removeRun(run);
  } else await doors.workspaces.remove(`${folder}/workspace`);
  await releaseHeld(doors.git, run);
}

function standing(
  { run, order }: LocalRun,
  missions: readonly MissionSnapshot[],
): { run: WorkspaceState["run"]; entry: RunEntry | null } {
  const mission = missions.find(({ id }) => id === order.mission);
  const entry = mission?.ledger.runs.get(run) ?? null;
  if (entry !== null) return { run: entry.ended === null ? "open" : "over", entry };
  return { run: mission?.ledgerState === "ok" ? "unclaimed" : "unknown", entry };
}
