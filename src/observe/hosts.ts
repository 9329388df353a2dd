import type { Doors } from "../doors/doors.ts";
import type { HostSighting } from "../model/snapshot.ts";
import type { Authority } from "../repo/authority.ts";
import { parseBeat } from "../repo/beat.ts";
import { readCache, writeCache } from "../repo/cache.ts";

interface Memory {
  beat: string;
  seenAt: number;
}

/**
 * The beats of other hosts, each with the moment at which this host first saw it: how long a beat stands still is measured
 * by the observer's own clock. Of a host that it has never seen before it has no memory, and one that forgets everything
 * between two looks, as in CI, never has.
 */
export async function sightHosts(
  doors: Doors,
  authority: Authority,
  refs: ReadonlyMap<string, string>,
): Promise<readonly HostSighting[]> {
  const prefix = authority.hostRef("");
  const beats = [...refs].filter(([name]) => name.startsWith(prefix));
  if (beats.length === 0) return [];
  const known = readCache<Record<string, Memory>>(doors, "hosts") ?? {};
  const now = doors.clock.now();
  const memory: Record<string, Memory> = {};
  const sightings: HostSighting[] = [];
  for (const [name, beat] of beats) {
    const host = name.slice(prefix.length);
    const commit = await doors.git.readCommit(beat);
    if (!commit) continue;
    const earlier = known[host];
    memory[host] = earlier?.beat === beat ? earlier : { beat, seenAt: now };
    sightings.push({
      host,
      beat,
      at: commit.at,
      seenAt: earlier ? memory[host].seenAt : null,
      runs: parseBeat(commit.message)?.runs ?? [],
    });
  }
  if (JSON.stringify(memory) !== JSON.stringify(known)) writeCache(doors, "hosts", memory);
  return sightings;
}
