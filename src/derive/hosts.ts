/** Runs that are over without having said so, and runs that must end. A claim is never taken from a host that may live. */

import type { RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import { featureOf, isPlayed, type LocalRun } from "../model/run.ts";
import type { HostSighting, MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { MissionState, RunLoss, State } from "../model/state.ts";
import { deriveControl, describeControl } from "./control.ts";

const MINUTE_MS = 60_000;
/** How old a beat must be by its own date where nothing else is known of it. */
const PATIENCE_MS = LIMITS.ttlMs + LIMITS.clockSlackMs;

export interface Losses {
  losses: readonly RunLoss[];
  /** First moment at which a claim could count as dead. */
  until: number | null;
}

/** Only in ledgers that can be written to, of missions that are there: elsewhere nothing is declared. */
export function deriveLosses(snapshot: Snapshot): Losses {
  const local = new Map(snapshot.localRuns.map((run) => [run.run, run]));
  const hosts = new Map(snapshot.hosts.map((host) => [host.host, host]));
  const losses: RunLoss[] = [];
  let until: number | null = null;
  for (const { id, ledger, ledgerState, home, files, gone } of snapshot.missions) {
    if (ledgerState !== "ok" || gone || !home || !files.mission) continue;
    for (const run of ledger.live) {
      const death = deriveDeath(run, local.get(run.run), hosts.get(run.claim.fact.host), snapshot);
      if (death.kind === "dead") losses.push({ mission: id, run, how: death.how, because: death.because });
      else if (death.until !== null) until = Math.min(until ?? death.until, death.until);
    }
  }
  return { losses, until };
}

/** Whether a claim is over without having said so, or when it would count as that. */
export type Death = { kind: "dead"; how: "own" | "foreign"; because: string } | { kind: "alive"; until: number | null };

/** What the clock, the host's beats and its folder here say of an open claim. */
export function deriveDeath(
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
  const overAt = record.at + fact.reserveMinutes * MINUTE_MS + fact.ttlMs + LIMITS.clockSlackMs;
  const bySilence = deadFrom(overAt, now, "its time and all patience are over");
  if (!sighting || fact.host === host) return bySilence;
  // Both dates are of that host's own clock.
  if (sighting.at > record.at && !sighting.runs.includes(run.run)) {
    return { kind: "dead", how: "foreign", because: `${fact.host} no longer lists it` };
  }
  if (sighting.seenAt === null) return deriveUnremembered(Math.max(overAt, sighting.at + PATIENCE_MS), now);
  const minutes = Math.round((now - sighting.seenAt) / MINUTE_MS);
  return deadFrom(sighting.seenAt + fact.ttlMs, now, `${fact.host} has been silent for ${minutes} min`);
}

/** By dates alone a beat must be old as well. Whoever keeps a memory knows more when it looks again. */
function deriveUnremembered(quietAt: number, now: number): Death {
  const death = deadFrom(quietAt, now, "its time and all patience are over");
  return death.kind === "dead" ? death : { kind: "alive", until: Math.min(quietAt, now + LIMITS.ttlMs) };
}

function deadFrom(moment: number, now: number, because: string): Death {
  return now >= moment ? { kind: "dead", how: "foreign", because } : { kind: "alive", until: moment };
}

/** Live processes of this host that must end: everything is stopped, or nobody wants their work any more. */
export function deriveWithdrawals(snapshot: Snapshot, missions: readonly MissionState[]): State["withdrawals"] {
  return snapshot.localRuns.flatMap((run): State["withdrawals"] => {
    if (run.owner !== "alive" || run.closed) return [];
    if (snapshot.stopped) return [{ run, because: "everything is stopped", stop: true }];
    const mission = missions.find(({ id }) => id === run.order.mission);
    const because = mission ? unwanted(run, mission, snapshot.host) : null;
    return because ? [{ run, because, stop: false }] : [];
  });
}

function unwanted({ run, order }: LocalRun, mission: MissionState, host: string): string | null {
  if (mission.status === "gone") return "the mission's folder is gone";
  if (mission.status === "cancelled") return "the mission is cancelled";
  if (mission.ledger.runs.get(run)?.ended) return "its claim has ended";
  for (const target of [run, mission.id, `host:${host}`]) {
    const word = describeControl(deriveControl(mission.ledger, target));
    if (word === "stopped" || word === "quarantined") return `${target} is ${word}`;
  }
  // Where ledger or plan can't be read nobody knows what is wanted.
  const isReadable = mission.condition.code !== "ledger" && mission.home !== null && mission.document !== null;
  const feature = isPlayed(order.runKind) ? featureOf(order.about) : null;
  return feature === null || !isReadable ? null : unwantedFeature(feature, mission);
}

function unwantedFeature(id: string, { milestones }: MissionState): string | null {
  const features = milestones.flatMap((milestone) => milestone.features);
  const feature = features.find((state) => state.id === id) ?? features.find(({ document }) => document.was === id);
  if (!feature) return "its feature is gone";
  if (feature.status === "done" || feature.status === "cancelled") return `its feature is ${feature.status}`;
  const halted = feature.status === "blocked" && ["quarantined", "stopped"].includes(feature.condition.code);
  return halted ? `its feature is ${feature.condition.code}` : null;
}

/**
 * Orders that nobody carries out and no open claim speaks of: a crash came between order and claim, or another host has
 * declared the run lost.
 */
export function deriveDiscards(
  localRuns: readonly LocalRun[],
  missions: readonly MissionSnapshot[],
): readonly LocalRun[] {
  return localRuns.filter(({ run, order, owner, closed, waiting }) => {
    const mission = missions.find(({ id }) => id === order.mission);
    const isOpen = mission?.ledger.runs.get(run)?.ended === null;
    const isReadable = mission?.ledgerState === "ok" || mission?.ledgerState === "none";
    return owner === "dead" && !closed && waiting === 0 && !isOpen && isReadable;
  });
}
