import type { Finding } from "../model/finding.ts";
import { LIMITS } from "../model/limits.ts";
import { isPlayed, type LocalRun } from "../model/run.ts";
import { describeSilence } from "../model/silence.ts";
import type { Snapshot } from "../model/snapshot.ts";
import type { MissionState, State } from "../model/state.ts";
import type { Plans } from "./dependencies.ts";
import { deriveDiscards, deriveLosses, deriveWithdrawals } from "./hosts.ts";
import { deriveLeftovers } from "./leftovers.ts";
import { deriveMission } from "./mission-status.ts";
import { derivePlanFindings } from "./plan-findings.ts";
import { indexPlan } from "./plan-index.ts";
import { deriveHostRuntimes } from "./runtime.ts";

/** Everything that is true now, from what one pulse saw. Pure: equal snapshots give equal states. */
export function deriveState(snapshot: Snapshot): State {
  const slots = deriveSlots(snapshot);
  const missions = deriveMissions(snapshot, slots);
  const { losses, until } = deriveLosses(snapshot);
  const leftovers = deriveLeftovers(snapshot, missions);
  return {
    at: snapshot.now,
    until: earliest(
      [until, leftovers.until, ...missions.flatMap((mission) => missionUntils(mission, snapshot))],
      snapshot.now,
    ),
    host: snapshot.host,
    authority: snapshot.authority.kind === "local" ? "local" : snapshot.authority.remote,
    stopped: snapshot.stopped,
    idle: deriveIdle(snapshot),
    missions,
    losses,
    withdrawals: deriveWithdrawals(snapshot, missions),
    unsettled: deriveUnsettled(snapshot),
    discards: deriveDiscards(snapshot.localRuns, snapshot.missions),
    leftovers: leftovers.due,
    slots,
    findings: gatherFindings(snapshot, missions),
  };
}

/** In the order of the missions' names, whether or not they were derived now. */
function gatherFindings({ repository, resting }: Snapshot, missions: readonly MissionState[]): readonly Finding[] {
  const all: readonly Pick<MissionState, "id" | "findings">[] = [...missions, ...resting];
  const inOrder = resting.length === 0 ? all : [...all].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [...repository.findings, ...inOrder.flatMap(({ findings }) => findings)];
}

function deriveMissions(snapshot: Snapshot, slots: number): readonly MissionState[] {
  const places = [...snapshot.missions, ...snapshot.resting].map(({ id, root }) => ({ id, root }));
  const found = snapshot.missions.map((mission, index): { findings: readonly Finding[]; mission: typeof mission } => {
    const others = places.filter((_, other) => other !== index);
    return { mission, findings: [...mission.files.findings, ...derivePlanFindings(mission.files, others)] };
  });
  const planned = found.map(({ mission, findings }) => ({
    mission,
    findings,
    plan: indexPlan(mission.files, findings),
  }));
  const plans: Plans = new Map(planned.map(({ mission, plan }) => [mission.id, { mission, plan }]));
  const around = { snapshot, plans, runtimes: deriveHostRuntimes(snapshot), slots };
  return planned.map(({ mission, plan, findings }) => deriveMission(mission, plan, findings, around));
}

/** Why this host starts nothing at all. */
function deriveIdle({ authority, stopped, unpublished, unfit }: Snapshot): string | null {
  if (authority.kind === "remote" && !authority.reachable) {
    return describeSilence(authority.remote, authority.reason);
  }
  if (stopped) return "everything is stopped";
  if (unfit !== null) return unfit;
  if (unpublished.length > 0) return `ledgers of ${unpublished.join(", ")} are not on the remote: mission doctor`;
  return null;
}

/** Where a ledger is gone, was rewound or is a newer program's, a report waits with it: trying again and again brings nothing. */
function deriveUnsettled({ localRuns, missions }: Snapshot): readonly LocalRun[] {
  const states = new Map(missions.map(({ id, ledgerState }) => [id, ledgerState]));
  return localRuns.filter(({ owner, closed, waiting, order }) => {
    return owner === "dead" && !closed && waiting > 0 && states.get(order.mission) === "ok";
  });
}

/** Places for what agents do on this host. */
function deriveSlots({ localRuns, repository, missions }: Snapshot): number {
  const isLive = (run: string) => missions.some(({ ledger }) => ledger.runs.get(run)?.ended === null);
  const busy = localRuns.filter(({ run, order, owner, closed }) => {
    return isPlayed(order.runKind) && !closed && owner === "alive" && isLive(run);
  });
  return Math.max(0, repository.config.parallel - busy.length);
}

function missionUntils(mission: MissionState, { now, missions }: Snapshot): readonly (number | null)[] {
  const { milestones, document, condition, home } = mission;
  const merges = missions.find(({ id }) => id === mission.id)?.merges ?? [];
  // Nothing in git tells when a checkout is free again.
  const isObstructed = home?.obstacle != null || merges.some(({ obstacle }) => obstacle !== null);
  return [
    document?.deadline ?? null,
    condition.until,
    isObstructed ? now + LIMITS.checkoutRetryMs : null,
    ...milestones.flatMap((milestone) => [
      milestone.condition.until,
      ...milestone.features.map((feature) => feature.condition.until),
    ]),
  ];
}

/** The clock alone changes nothing before this moment; null: never. */
function earliest(moments: readonly (number | null)[], now: number): number | null {
  let first: number | null = null;
  for (const moment of moments) {
    if (moment !== null && moment > now && (first === null || moment < first)) first = moment;
  }
  return first;
}
