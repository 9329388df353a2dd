/**
 * Looks whether the run must end: the stop file and a withdrawal on this host, many times a second; the authority less
 * often. With a remote each look at the authority is also the host's beat. A host that can't beat for as long as its claims
 * live must take itself for dead, because the others will.
 */

import { lastBeat, writeBeat } from "../../repo/beat.ts";
import { type LedgerHistory, readLedger } from "../../repo/ledger.ts";
import { programIdentity } from "../../repo/program-identity.ts";
import { findClaim } from "../claim.ts";
import { restoreFolder } from "../restore-folder.ts";
import type { RunContext } from "../run-doors.ts";
import type { Job } from "./patrol.ts";

const MARKERS_EVERY_MS = 250;
/** One short git process. */
const LOCAL_EVERY_MS = 3_000;
/** A part of the time between beats in which another run of this host may have beaten for all. */
const FRESH_SHARE = 0.75;
const LOCK_WAIT_MS = 2_000;

/** The jobs that watch for the end of a run. `history` is the ledger as it was read at the start. */
export function stopJobs(run: RunContext, history: LedgerHistory): readonly Job[] {
  const { authority, order } = run;
  const beatMs = Math.max(1, Math.floor(order.ttlMs / 3));
  const look = lookAtAuthority(run, history);
  return [
    { name: "markers", everyMs: MARKERS_EVERY_MS, run: () => lookAtMarkers(run) },
    { name: "authority", everyMs: authority.remote === null ? LOCAL_EVERY_MS : beatMs, run: look },
  ];
}

async function lookAtMarkers(run: RunContext): Promise<void> {
  const { doors, files, stop } = run;
  await restoreFolder(run);
  const withdrawn = files.withdrawn();
  if (withdrawn !== null) stop.stop(withdrawn.trim() || "withdrawn");
  if (doors.state.stopped()) stop.stop("everything is stopped on this host");
}

function lookAtAuthority(run: RunContext, start: LedgerHistory): () => Promise<void> {
  const { doors, authority, order, stop } = run;
  const ledgerRef = authority.ledgerRef(order.mission);
  let history = start;
  let reachedAt = doors.clock.now();
  return async () => {
    if (authority.remote !== null) {
      reachedAt = Math.max(reachedAt, (await beat(run)) ?? 0);
      const silentMs = doors.clock.now() - reachedAt;
      if (silentMs > order.ttlMs) stop.stop(`no beat reached ${authority.remote} for ${Math.round(silentMs / 1000)} s`);
    }
    const values = await authority.read([ledgerRef, authority.stopRef]);
    if (values.kind === "unreachable") return;
    if (values.refs.has(authority.stopRef)) stop.stop("everything is stopped");
    if (values.refs.get(ledgerRef) !== history.tip) await authority.fetch([ledgerRef]);
    history = await readLedger(doors.git, ledgerRef, history);
    const claim = findClaim(history, order);
    if (claim.kind === "closed") stop.stop(claim.reason);
  };
}

/** Answers when the host's last beat reached the remote, as far as is known; null when none did. */
async function beat({ doors, authority, order }: RunContext): Promise<number | null> {
  const lock = await doors.state.lock("beat", LOCK_WAIT_MS);
  const last = await lastBeat(doors.git, authority, order.host);
  // Another run of this host is beating for all.
  if (lock === null) return last?.at ?? null;
  try {
    const now = doors.clock.now();
    const age = last === null ? Number.POSITIVE_INFINITY : now - last.at;
    // A date in the future is a clock that was set back.
    if (last !== null && age >= 0 && age < (order.ttlMs / 3) * FRESH_SHARE) return last.at;
    const runs = doors.state
      .listRuns()
      .filter((local) => !local.closed)
      .map((local) => local.run);
    const beatDoors = { git: doors.git, authority, clock: doors.clock };
    const swap = await writeBeat(beatDoors, { host: order.host, runs }, programIdentity(order.host));
    if (swap.kind === "lost") await authority.fetch([authority.hostRef(order.host)]);
    return swap.kind === "won" ? now : null;
  } finally {
    lock.release();
  }
}
