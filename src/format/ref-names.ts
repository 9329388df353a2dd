/** Names of the program's own refs. Where a server refuses custom refs they lie among its branches, by the same names. */

export type RefPrefix = "refs/mission" | "refs/heads/mission-state";

const BRANCHES = "refs/heads/";

export interface RefNames {
  /** Heartbeats, records and work of all missions lie below it. */
  prefix: RefPrefix;
  stop: string;
  ledger(mission: string): string;
  /** Work of a run as the program took it in. */
  in(run: string): string;
  /** Work that was rescued before it was committed, numbered from 1. */
  salvage(run: string, number: number): string;
  host(host: string): string;
  /** The mission whose ledger that ref is, null for any other ref. */
  missionOf(ref: string): string | null;
}

export function refNames(prefix: RefPrefix): RefNames {
  const ledgers = `${prefix}/ledger/`;
  return {
    prefix,
    stop: `${prefix}/stop`,
    ledger: (mission) => ledgers + mission,
    in: (run) => `${prefix}/in/${run}`,
    salvage: (run, number) => `${prefix}/salvage/${run}/${number}`,
    host: (host) => `${prefix}/host/${host}`,
    missionOf: (ref) => (ref.startsWith(ledgers) ? ref.slice(ledgers.length) : null),
  };
}

/** `refs/heads/main` for `main`. */
export function branchName(branch: string): string {
  return BRANCHES + branch;
}

/**
 * Where this clone keeps what it knows of a ref of the authority: the program's own refs under their own names, branches
 * of a remote among the remote-tracking ones. The branches here are the person's.
 */
export function mirrorName(ref: string, remote: string | null, prefix: RefPrefix): string {
  if (remote === null || ref.startsWith(`${prefix}/`) || !ref.startsWith(BRANCHES)) return ref;
  return `refs/remotes/${remote}/${ref.slice(BRANCHES.length)}`;
}
