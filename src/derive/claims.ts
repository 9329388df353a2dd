/** Open claims whose run does not work in a live process of this host, for the person who waits for them. */

import type { RunEntry } from "../model/ledger.ts";
import type { Snapshot } from "../model/snapshot.ts";
import { type Death, deriveDeath } from "./hosts.ts";

export interface ClaimWatch {
  mission: string;
  run: RunEntry;
  host: string;
  /** This host's own claim. */
  isOwn: boolean;
  /** Last sign of it, milliseconds: a beat as first seen here, else the claim's own date. */
  lastSignAt: number;
  death: Death;
}

/** Every open claim that no live process of this host carries out, with when it is taken over. */
export function deriveClaims(snapshot: Snapshot): readonly ClaimWatch[] {
  const local = new Map(snapshot.localRuns.map((run) => [run.run, run]));
  return snapshot.missions.flatMap(({ id, ledger }) =>
    ledger.live.flatMap((run): ClaimWatch[] => {
      const here = local.get(run.run);
      if (here?.owner === "alive" && !here.closed) return [];
      const { host } = run.claim.fact;
      const sighting = snapshot.hosts.find((each) => each.host === host);
      const lastSignAt = Math.max(run.claim.record.at, sighting?.seenAt ?? sighting?.at ?? 0);
      const death = deriveDeath(run, here, sighting, snapshot);
      return [{ mission: id, run, host, isOwn: host === snapshot.host, lastSignAt, death }];
    }),
  );
}
