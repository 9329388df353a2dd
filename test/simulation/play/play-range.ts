import { simulate } from "../simulate.ts";
import { Counters } from "../world/counters.ts";
import type { PlanWords } from "../world/plan.ts";
import type { BadSeed, Played, Range } from "./tally.ts";

/** Plays the seeds of a range, one after the other. */
export async function playRange({ first, last }: Range, words: PlanWords): Promise<Omit<Played, "cpuSeconds">> {
  const counters = new Counters();
  const bad: BadSeed[] = [];
  let steps = 0;
  for (let seed = first; seed <= last; seed += 1) {
    const done = await simulate({ ...words, seed });
    counters.addAll(done.counters);
    steps += done.steps;
    if (done.violations.length > 0) bad.push({ seed, violations: done.violations });
  }
  return { range: { first, last }, bad, counts: [...counters.counts], steps };
}
