/** Runs that are over without having said so, and runs that must end. A claim is never taken from a host that may live. */

import type { RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { LocalRun } from "../model/run.ts";
import type { HostSighting, MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { MissionState, RunLoss, State } from "../model/state.ts";
import { deriveControl } from "./control.ts";

const MINUTE_MS = 60_000;

export interface Losses {
  losses: readonly RunLoss[];
  /** First moment at which a claim could count as dead. */
  until: number | null;
}

export function deriveLosses(snapshot: Snapshot): Losses {
  const local = new Map(snapshot.localRuns.map((run) => [run.run, run]));
  const hosts = new Map(snapshot.hosts.map((host) => [host.host, host]));
  const losses: RunLoss[] = [];
  const untils: number[] = [];
  for (const mission of snapshot.missions) {
    for (const run of mission.ledger.runs.values()) {
      if (run.ended) continue;
      const death = deriveDeath(run, local.get(run.run), hosts.get(run.claim.fact.host), snapshot);
      if (death.kind === "dead") losses.push({ mission: mission.id, run, how: death.how, because: death.because });
      if (death.kind === "alive" && death.until !== null) untils.push(death.until);
    }
  }
  return { losses, until: untils.length > 0 ? Math.min(...untils) : null };
}

type Death = { kind: "dead"; how: "own" | "foreign"; because: string } | { kind: "alive"; until: number | null };

function deriveDeath(
  run: RunEntry,
  local: LocalRun | undefined,
  sighting: HostSighting | undefined,
  { now, host }: Snapshot,
): Death {
  const { fact, record } = run.claim;
  if (local && local.owner === "alive") return { kind: "alive", until: null };
  if (local && local.owner === "dead" && fact.host === host) {
    // Its reports only wait for somebody to append them.
    if (local.waiting > 0) return { kind: "alive", until: null };
    return { kind: "dead", how: "own", because: "its process is gone" };
  }
  const silentAt = record.at + fact.reserveMinutes * MINUTE_MS + fact.ttlMs + LIMITS.clockSlackMs;
  const bySilence: Death =
    now > silentAt
      ? { kind: "dead", how: "foreign", because: "its time and all patience are over" }
      : { kind: "alive", until: silentAt };
  if (!sighting || fact.host === host) return bySilence;
  if (sighting.at > record.at && !sighting.runs.includes(run.run)) {
    return { kind: "dead", how: "foreign", because: `${fact.host} no longer lists it` };
  }
  if (sighting.seenAt === null) return bySilence;
  const stillUntil = sighting.seenAt + fact.ttlMs;
  if (now > stillUntil)
    return {
      kind: "dead",
      how: "foreign",
      because: `${fact.host} has been silent for ${Math.round((now - sighting.seenAt) / MINUTE_MS)} min`,
    };
  return { kind: "alive", until: stillUntil };
}

/** Live processes of this host that must end: everything is stopped, or nobody wants their work any more. */
export function deriveWithdrawals(snapshot: Snapshot, missions: readonly MissionState[]): State["withdrawals"] {
  return snapshot.localRuns.flatMap((run): State["withdrawals"] => {
    if (run.owner !== "alive" || run.closed) return [];
    if (snapshot.stopped) return [{ run, because: "everything is stopped", stop: true }];
    const mission = missions.find(({ id }) => id === run.order.mission);
    const because = mission ? unwanted(run, mission) : null;
    return because ? [{ run, because, stop: false }] : [];
  });
}

function unwanted({ run, order }: LocalRun, mission: MissionState): string | null {
  if (mission.status === "gone") return "the mission's folder is gone";
  if (mission.status === "cancelled") return "the mission is cancelled";
  const entry = mission.ledger.runs.get(run);
  if (entry?.ended) return "its claim has ended";
  for (const target of [run, mission.id])
    if (deriveControl(mission.ledger, target).stopped) return `${target} is stopped`;
  if (order.about.kind !== "feature") return null;
  const id = order.about.feature;
  const feature = mission.milestones
    .flatMap(({ features }) => features)
    .find((state) => state.id === id || state.document.was === id);
  if (!feature) return "its feature is gone";
  if (feature.status === "done" || feature.status === "cancelled") return `its feature is ${feature.status}`;
  const halted = feature.status === "blocked" && ["quarantined", "stopped"].includes(feature.condition.code);
  return halted ? `its feature is ${feature.condition.code}` : null;
}

/** Orders that no ledger knows and nobody carries out: a crash came between order and claim. */
export function deriveDiscards(
  localRuns: readonly LocalRun[],
  missions: readonly MissionSnapshot[],
): readonly LocalRun[] {
  return localRuns.filter(({ run, order, owner, closed, waiting }) => {
    const mission = missions.find(({ id }) => id === order.mission);
    const known = mission?.ledger.runs.has(run) ?? false;
    return (
      owner === "dead" &&
      !closed &&
      waiting === 0 &&
      !known &&
      (mission?.ledgerState === "ok" || mission?.ledgerState === "none")
    );
  });
}
