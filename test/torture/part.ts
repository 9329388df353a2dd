/** What a part of the torture is: see README.md. */

export interface Options {
  /** At most about two minutes on a quiet machine, and few scenarios. */
  quick: boolean;
  /** No further trial begins after so many milliseconds. */
  mostMs: number;
  seed: number;
  /** Trials at once. */
  jobs: number;
  /** Only scenarios whose name contains it; "" for all. */
  scenario: string;
  /** For a person who waits: how far it is. */
  tell(line: string): void;
}

/** One line of the table. A figure that a part can't have is null. */
export interface Row {
  name: string;
  trials: number;
  /** Faults that really happened. */
  faults: number;
  /** Commits, records and bytes of a person that were gone at the end. */
  lost: number | null;
  /** Claims, landings and records that came twice. */
  duplicated: number | null;
  /** Code on a branch that no gate passed or nobody signed. */
  ungated: number | null;
  /** Missions that cost more than their budget and one run's cap. */
  overBudget: number | null;
  /** Idle pulses that wrote something. */
  idleWrites: number | null;
  /** The longest that a stop took, in milliseconds. */
  longestStopMs: number | null;
  /** Trials that came to the expected end, and to rest, in the pulses that they may take. */
  converged: number | null;
  /** What a reader has to know: what could not be run here, what was found. Each problem is one. */
  notes: readonly string[];
}

export interface Part {
  name: string;
  run(options: Options): Promise<Row>;
}

/** Whether every figure of a row is on its target. A part that ran nothing and does not say why is not. */
const MOST_STOP_MS = 10_000;

export function isOnTarget(row: Row): boolean {
  const { trials, lost, duplicated, ungated, overBudget, idleWrites, longestStopMs, converged, notes } = row;
  if (trials === 0) return notes.some((note) => note.startsWith("not run"));
  const isQuick = longestStopMs === null || longestStopMs <= MOST_STOP_MS;
  const isWhole = !lost && !duplicated && !ungated && !overBudget && !idleWrites;
  return isWhole && isQuick && (converged === null || converged === trials);
}
