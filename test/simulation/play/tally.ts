/** What came of some seeds, in plain data that goes from process to process, and of all of them together. */

import { Counters } from "../world/counters.ts";

/** Seeds of one run of numbers, both ends included. */
export interface Range {
  first: number;
  last: number;
}

/** A seed in which something was found. */
export interface BadSeed {
  seed: number;
  violations: readonly string[];
}

/** What a process tells of a range that it has played. */
export interface Played {
  range: Range;
  bad: readonly BadSeed[];
  counts: readonly (readonly [name: string, times: number])[];
  /** Choice points. */
  steps: number;
  /** CPU time that the process took since it last told something, its start and its collector of garbage included. */
  cpuSeconds: number;
}

/** Fewer seeds may miss a rare thing by chance. */
const ENOUGH_SEEDS = 2_000;

export class Tally {
  readonly counters = new Counters();
  seeds = 0;
  badSeeds = 0;
  steps = 0;
  cpuSeconds = 0;
  /** Ranges whose process ended before it had played them, in words. */
  readonly broken: string[] = [];

  add({ range, bad, counts, steps, cpuSeconds }: Played): void {
    for (const [name, times] of counts) this.counters.add(name, times);
    this.seeds += sizeOf(range);
    this.badSeeds += bad.length;
    this.steps += steps;
    this.cpuSeconds += cpuSeconds;
  }

  /** Seeds that a processor plays in a second. */
  get speed(): string {
    return (this.seeds / this.cpuSeconds).toFixed(0);
  }

  /** Why the run as a whole is no good, a line each; none when it is. */
  listFaults(): readonly string[] {
    const missing = this.seeds < ENOUGH_SEEDS ? [] : this.counters.missing();
    return [
      ...this.broken,
      ...(this.badSeeds > 0 ? [`${this.badSeeds} seeds with violations`] : []),
      ...(missing.length > 0
        ? [`in ${this.seeds} seeds never happened: ${missing.join(", ")}. The worlds have gone blind for it`]
        : []),
    ];
  }
}

function sizeOf({ first, last }: Range): number {
  return last - first + 1;
}
