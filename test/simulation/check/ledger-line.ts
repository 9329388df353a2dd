import type { RefMove } from "./history.ts";

/** Parents of a commit; null when it is no commit. */
export type ParentsOf = (oid: string) => readonly string[] | null;

const LEDGERS = "refs/mission/ledger/";

/**
 * The program only ever adds to a ledger: each move of it goes from the old tip to one that stands on it by single parents.
 * A person who rewinds or deletes a ledger is not the program.
 */
export function checkLedgerLine(
  moves: readonly RefMove[],
  parentsOf: ParentsOf,
  isPerson: (by: string) => boolean,
): string[] {
  return moves.flatMap(({ ref, old, new: next, by }) => {
    if (!ref.startsWith(LEDGERS) || isPerson(by)) return [];
    if (next === null) return [`${by} deleted ${ref}`];
    const fault = findFault(old, next, parentsOf);
    return fault === null ? [] : [`${by} moved ${ref} from ${old ?? "nothing"} to ${next}: ${fault}`];
  });
}

function findFault(old: string | null, next: string, parentsOf: ParentsOf): string | null {
  for (let oid: string | null = next; oid !== old; ) {
    if (oid === null) return "it does not stand on what was there";
    const parents: readonly string[] | null = parentsOf(oid);
    if (parents === null) return `${oid} is no commit`;
    if (parents.length > 1) return `${oid} has ${parents.length} parents`;
    oid = parents[0] ?? null;
  }
  return null;
}
