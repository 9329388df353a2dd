/** The quick tier: as many worlds as a commit has time for. `npm run sim` plays more, and larger ones. */

import { afterAll, describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";
import { Counters } from "./world/counters.ts";
import type { PlanWords } from "./world/plan.ts";

const LAST_LINES = 40;
/** Far more than they take: a machine may have much else to do. */
const TIMEOUT_MS = 20 * 60_000;

const counters = new Counters();

async function traceOf(seed: number, { mode, size }: PlanWords): Promise<string[]> {
  const lines: string[] = [];
  await simulate({ seed, mode, size, trace: (line) => lines.push(line) });
  return lines;
}

async function playAll(worlds: PlanWords, seeds: number): Promise<void> {
  const { mode, size } = worlds;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations, counters: counted } = await simulate({ seed, mode, size });
    counters.addAll(counted);
    if (violations.length === 0) continue;
    const trace = (await traceOf(seed, worlds)).slice(-LAST_LINES).join("\n");
    const flags = `${mode === "liveness" ? " --liveness" : ""}${size === "small" ? "" : ` --${size}`}`;
    const replay = `npm run sim -- --seed ${seed}${flags}`;
    expect.fail(`seed ${seed}: ${replay}\n${violations.join("\n")}\n${trace}`);
  }
}

test("The same seed is the same history, to the last byte", async () => {
  let lines = 0;
  const worlds: PlanWords = { mode: "safety", size: "medium" };
  for (const seed of [2, 3, 5, 17, 97]) {
    const first = await traceOf(seed, worlds);
    expect(await traceOf(seed, worlds)).toEqual(first);
    lines += first.length;
  }
  expect(lines).toBeGreaterThan(1_000);
});

describe("In simulated worlds", { timeout: TIMEOUT_MS }, () => {
  test("what must never happen does not, whatever faults there are", async () => {
    await playAll({ mode: "safety", size: "small" }, 1_620);
    await playAll({ mode: "safety", size: "medium" }, 150);
  });

  test("everything comes to its end or says what it waits for, when faults stop and people answer", async () => {
    await playAll({ mode: "liveness", size: "small" }, 200);
    await playAll({ mode: "liveness", size: "medium" }, 30);
  });

  test("each rare thing happened somewhere", () => expect(counters.missing()).toEqual([]));

  afterAll(() => console.log(counters.print()));
});
