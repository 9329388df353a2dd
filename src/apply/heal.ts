import type { Doors } from "../doors/doors.ts";
import { openAuthority } from "../repo/authority.ts";
import { readCache } from "../repo/cache.ts";
import { foldLedger } from "../repo/fold.ts";
import { healOwnRefs } from "../repo/heal-refs.ts";
import { readLedger } from "../repo/ledger.ts";
import type { RestoreTools } from "../repo/restore-refs.ts";
import { readAuthorityPlace } from "../repo/standing.ts";

const PREFIXES = ["refs/mission", "refs/heads/mission-state"];

/** Puts right what a crash left among the program's own refs, and answers what was done. Costs a look at files where all is well. */
export async function heal(doors: Doors): Promise<readonly string[]> {
  const isOwn = (ref: string | null) => PREFIXES.some((prefix) => ref?.startsWith(`${prefix}/`));
  const isWhole = PREFIXES.every((prefix) => doors.debris.listTornRefs(prefix).length === 0);
  if (isWhole && !doors.debris.listLocks().some(({ ref }) => isOwn(ref))) return [];
  return healOwnRefs(await openRestore(doors));
}

/** What putting refs right needs, from what this host remembers and what the ledgers say. */
export async function openRestore(doors: Doors): Promise<RestoreTools> {
  const { git, debris, state } = doors;
  const authority = openAuthority(git, await readAuthorityPlace(git));
  return {
    git,
    debris,
    state,
    authority,
    lastTip: (mission) => readCache<{ tip: string }>(doors, `ledger-${mission}`)?.tip ?? null,
    async headOf(run) {
      for (const tip of (await git.listRefs([authority.ledgerRef("").replace(/\/$/, "")])).values()) {
        const { records, unreadable } = await readLedger(git, tip);
        const ended = foldLedger(tip, records, { unreadable }).runs.get(run)?.ended;
        if (ended) return ended.fact.head;
      }
      return null;
    },
  };
}
