import { expect, test } from "vitest";
import { simulate } from "./simulate.ts";
import { Counters } from "./world/counters.ts";

const SEEDS = 150;
const LAST_LINES = 40;

async function traceOf(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await simulate({ seed, mode: "safety", trace: (line) => lines.push(line) });
  return lines;
}

test("The same seed is the same history, to the last byte", async () => {
  let lines = 0;
  for (const seed of [2, 3, 17, 97]) {
    const first = await traceOf(seed);
    expect(await traceOf(seed)).toEqual(first);
    lines += first.length;
  }
  expect(lines).toBeGreaterThan(1_000);
});

test(`In ${SEEDS} worlds with faults nothing happens that must never happen`, { timeout: 300_000 }, async () => {
  const counters = new Counters();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const { violations, counters: counted } = await simulate({ seed, mode: "safety" });
    counters.addAll(counted);
    if (violations.length === 0) continue;
    const trace = (await traceOf(seed)).slice(-LAST_LINES).join("\n");
    expect.fail(`seed ${seed}: npm run sim -- --seed ${seed}\n${violations.join("\n")}\n${trace}`);
  }
});
