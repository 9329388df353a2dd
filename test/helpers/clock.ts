import type { Clock } from "../../src/doors/clock.ts";

export interface FixedClock extends Clock {
  /** Moves time on. */
  advance(ms: number): void;
}

/** Time stands still, but for sleepers: they wake at once, and time has moved on by what they slept. */
export function fixedClock(start = Date.UTC(2026, 0, 1)): FixedClock {
  let now = start;
  return {
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
    advance(ms) {
      now += ms;
    },
  };
}
