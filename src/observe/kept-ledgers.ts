/**
 * A ledger's records as they are remembered: most of them in one file, those that came since in another, so that ten new
 * records on ten thousand write ten.
 */

import type { Doors } from "../doors/doors.ts";
import type { LedgerRecord, UnreadableRecord } from "../model/record.ts";
import { readCache, writeCache } from "../repo/cache.ts";
import { type LedgerHistory, readLedger } from "../repo/ledger.ts";

interface Kept extends LedgerHistory {
  tip: string;
}

/** What came after `base`. */
interface Tail extends Kept {
  base: string;
}

/** All is written anew when what came since is more than this part of what was there. */
const MOST_SINCE = 1 / 8;
const FEW = 16;

/** The records of a ledger up to a tip: remembered ones, and what git has after them. */
export async function readKeptLedger(doors: Doors, id: string, tip: string): Promise<LedgerHistory> {
  const base = readCache<Kept>(doors, `ledger-${id}`);
  const kept = base && base.tip !== tip ? withTail(base, readCache<Tail>(doors, `tail-${id}`)) : base;
  if (kept?.tip === tip) return kept;
  const read = await readLedger(doors.git, tip, kept ?? undefined);
  const tail = base && since(base, read);
  if (tail) writeCache(doors, `tail-${id}`, { base: base.tip, tip, ...tail } satisfies Tail);
  else writeCache(doors, `ledger-${id}`, { tip, records: read.records, unreadable: read.unreadable } satisfies Kept);
  return read;
}

function withTail(base: Kept, tail: Tail | null): Kept {
  if (tail?.base !== base.tip) return base;
  const { tip, records, unreadable } = tail;
  return { tip, records: [...base.records, ...records], unreadable: [...base.unreadable, ...unreadable] };
}

/** What is new in a history that goes on from `base`; null where it does not, or where that is much. */
function since(
  base: Kept,
  { records, unreadable }: LedgerHistory,
): { records: readonly LedgerRecord[]; unreadable: readonly UnreadableRecord[] } | null {
  const [first, last] = [base.records[0], base.records.at(-1)];
  const goesOn = first !== undefined && records[0] === first && records[base.records.length - 1] === last;
  const isMuch = records.length - base.records.length > Math.max(FEW, base.records.length * MOST_SINCE);
  if (!goesOn || isMuch || unreadable.length < base.unreadable.length) return null;
  return { records: records.slice(base.records.length), unreadable: unreadable.slice(base.unreadable.length) };
}
