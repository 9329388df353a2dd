/** `npm run sim`: many seeds, or one of them with its trace. */

import { parseArgs } from "node:util";
import { type Simulated, simulate } from "./simulate.ts";
import { Counters } from "./world/counters.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    liveness: { type: "boolean", default: false },
    medium: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    quiet: { type: "boolean", default: false },
  },
});

const mode = values.liveness ? "liveness" : "safety";
const size = values.large ? "large" : values.medium ? "medium" : "small";
const flags = `${values.liveness ? " --liveness" : ""}${size === "small" ? "" : ` --${size}`}`;
const LAST_LINES = 40;
const MOST_TOLD = 20;

async function replay(seed: number): Promise<number> {
  const lines: string[] = [];
  const print = values.quiet ? (line: string) => void lines.push(line) : (line: string) => console.log(line);
  const { violations, counters } = await simulate({ seed, mode, size, trace: print });
  console.log(lines.slice(-LAST_LINES).join("\n"));
  console.log(counters.print());
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  return violations.length === 0 ? 0 : 1;
}

async function runMany(from: number, count: number): Promise<number> {
  const counters = new Counters();
  const bad: Simulated[] = [];
  let steps = 0;
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count; seed += 1) {
    const done = await simulate({ seed, mode, size });
    counters.addAll(done.counters);
    steps += done.steps;
    if (done.violations.length === 0) continue;
    bad.push(done);
    if (bad.length > MOST_TOLD) continue;
    console.log(
      `seed ${seed}: ${done.violations[0]}${done.violations.length > 1 ? ` (and ${done.violations.length - 1} more)` : ""}`,
    );
    console.log(`  npm run sim -- --seed ${seed}${flags}`);
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1_000_000;
  console.log(counters.print());
  console.log(
    `${count} seeds (${mode}, ${size}), ${(count / seconds).toFixed(0)} a second of one core, ${(steps / count).toFixed(0)} choice points each`,
  );
  const missing = counters.missing();
  if (missing.length > 0) console.log(`never happened: ${missing.join(", ")}`);
  console.log(`${bad.length} seeds with violations`);
  return bad.length === 0 ? 0 : 1;
}

process.exitCode =
  values.seed === undefined
    ? await runMany(Number(values.from), Number(values.seeds))
    : await replay(Number(values.seed));
