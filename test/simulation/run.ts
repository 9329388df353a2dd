/** `npm run sim`: many seeds, or one of them with its trace. */

import { parseArgs } from "node:util";
import { playShared } from "./play/share.ts";
import { type Played, Tally } from "./play/tally.ts";
import { simulate } from "./simulate.ts";
import type { PlanWords } from "./world/plan.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    jobs: { type: "string", default: "1" },
    seed: { type: "string" },
    liveness: { type: "boolean", default: false },
    medium: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});

const words: PlanWords = {
  mode: values.liveness ? "liveness" : "safety",
  size: values.large ? "large" : values.medium ? "medium" : "small",
};
const flags = `${values.liveness ? " --liveness" : ""}${words.size === "small" ? "" : ` --${words.size}`}`;
const LAST_LINES = 40;
const MOST_TOLD = 20;
const PROGRESS_MS = 60_000;

async function replay(seed: number): Promise<number> {
  const lines: string[] = [];
  const print = values.quiet ? (line: string) => void lines.push(line) : (line: string) => console.log(line);
  const { violations, counters } = await simulate({ seed, ...words, trace: print });
  console.log(lines.slice(-LAST_LINES).join("\n"));
  console.log(counters.print());
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  return violations.length === 0 ? 0 : 1;
}

async function runMany(first: number, count: number): Promise<number> {
  const tally = new Tally();
  const progress = setInterval(() => {
    console.log(
      `${tally.seeds} of ${count} seeds, ${tally.badSeeds} with violations, ${tally.speed} a second of one core`,
    );
  }, PROGRESS_MS);
  await playShared({
    seeds: { first, last: first + count - 1 },
    words,
    jobs: Number(values.jobs),
    onPlayed(played) {
      tellBad(played, tally);
      tally.add(played);
    },
    onBroken: ({ first, last }, how) => {
      tally.broken.push(`seeds ${first} to ${last} were not played to their end: their process ${how}`);
      console.log(tally.broken.at(-1));
    },
  });
  clearInterval(progress);
  console.log(tally.counters.print());
  const { mode, size } = words;
  const steps = (tally.steps / tally.seeds).toFixed(0);
  console.log(
    `${tally.seeds} seeds (${mode}, ${size}), ${tally.speed} a second of one core, ${steps} choice points each`,
  );
  const faults = tally.listFaults();
  console.log(faults.length === 0 ? "no violations" : faults.join("\n"));
  return faults.length === 0 ? 0 : 1;
}

/** As it is found, with the command that replays it. */
function tellBad({ bad }: Played, { badSeeds }: Tally): void {
  for (const { seed, violations } of bad.slice(0, Math.max(0, MOST_TOLD - badSeeds))) {
    const others = violations.length > 1 ? ` (and ${violations.length - 1} more)` : "";
    console.log(`seed ${seed}: ${violations[0]}${others}`);
    console.log(`  npm run sim -- --seed ${seed}${flags}`);
  }
}

process.exitCode =
  values.seed === undefined
    ? await runMany(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed));
