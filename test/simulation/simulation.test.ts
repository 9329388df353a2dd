/** The quick tier: as many worlds as a commit has time for. `npm run sim` plays more, and larger ones. */

import { afterAll, describe, expect, test } from "vitest";
import { simulate } from "./simulate.ts";
import { Counters } from "./world/counters.ts";
import type { Mode } from "./world/plan.ts";

const LAST_LINES = 40;
/** Far more than they take: a machine may have much else to do. */
const TIMEOUT_MS = 20 * 60_000;

const counters = new Counters();

async function traceOf(seed: number, mode: Mode): Promise<string[]> {
  const lines: string[] = [];
  await simulate({ seed, mode, trace: (line) => lines.push(line) });
  return lines;
}

async function playAll(mode: Mode, seeds: number): Promise<void> {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations, counters: counted } = await simulate({ seed, mode });
    counters.addAll(counted);
    if (violations.length === 0) continue;
    const trace = (await traceOf(seed, mode)).slice(-LAST_LINES).join("\n");
    const replay = `npm run sim -- --seed ${seed}${mode === "liveness" ? " --liveness" : ""}`;
    expect.fail(`seed ${seed}: ${replay}\n${violations.join("\n")}\n${trace}`);
  }
}

test("The same seed is the same history, to the last byte", async () => {
  let lines = 0;
  for (const seed of [2, 3, 17, 97]) {
    const first = await traceOf(seed, "safety");
    expect(await traceOf(seed, "safety")).toEqual(first);
    lines += first.length;
  }
  expect(lines).toBeGreaterThan(1_000);
});

describe("In simulated worlds", { timeout: TIMEOUT_MS }, () => {
  test("what must never happen does not, whatever faults there are", () => playAll("safety", 900));

  test("everything comes to its end or says what it waits for, when faults stop and people answer", () =>
    playAll("liveness", 150));

  test("each rare thing happened somewhere", () => expect(counters.missing()).toEqual([]));

  afterAll(() => console.log(counters.print()));
});
