/** The process that plays: takes ranges of seeds from its parent and tells what came of each. */

import type { PlanWords } from "../world/plan.ts";
import { playRange } from "./play-range.ts";
import type { Played, Range } from "./tally.ts";

const MICROSECONDS = 1_000_000;

let before: NodeJS.CpuUsage = { user: 0, system: 0 };

process.on("message", async ({ range, words }: { range: Range; words: PlanWords }) => {
  const played = await playRange(range, words);
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  process.send?.({ ...played, cpuSeconds: (user + system) / MICROSECONDS } satisfies Played);
});

// Whoever is to hear of the seeds is gone.
process.on("disconnect", () => process.exit());
