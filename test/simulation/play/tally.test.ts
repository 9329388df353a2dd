import { expect, test } from "vitest";
import { SOMETIMES } from "../world/counters.ts";
import { type Played, Tally } from "./tally.ts";

const ALL = SOMETIMES.map((name) => [name, 1] as const);

function aTally(first: number, last: number, { bad = [], counts = ALL }: Partial<Played> = {}): Tally {
  const tally = new Tally();
  tally.add({ range: { first, last }, bad, counts, steps: 1, cpuSeconds: 2 });
  return tally;
}

test("What several processes played is one run", () => {
  const tally = aTally(1, 50);
  tally.add({
    range: { first: 51, last: 100 },
    bad: [{ seed: 60, violations: ["bad"] }],
    counts: ALL,
    steps: 1,
    cpuSeconds: 3,
  });
  expect(tally).toMatchObject({ seeds: 100, badSeeds: 1, steps: 2, speed: "20" });
  expect(tally.counters.counts.get(SOMETIMES[0])).toBe(2);
  expect(tally.listFaults()).toEqual(["1 seeds with violations"]);
});

test("A rare thing that never happened is a fault of a run that had the seeds for it", () => {
  const [, ...others] = ALL;
  expect(aTally(1, 1_999, { counts: others }).listFaults()).toEqual([]);
  expect(aTally(1, 2_000).listFaults()).toEqual([]);
  expect(aTally(1, 2_000, { counts: others }).listFaults().join()).toContain(`never happened: ${SOMETIMES[0]}`);
});

test("A range whose process ended is a fault of the run", () => {
  const tally = aTally(1, 50);
  tally.broken.push("seeds 51 to 100 were not played");
  expect(tally.listFaults()).toEqual(["seeds 51 to 100 were not played"]);
});
