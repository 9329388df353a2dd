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
export function isOnTarget({ trials, lost, duplicated, ungated, converged, notes }: Row): boolean {
  if (trials === 0) return notes.some((note) => note.startsWith("not run"));
  return !lost && !duplicated && !ungated && (converged === null || converged === trials);
}
