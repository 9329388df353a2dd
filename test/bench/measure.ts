/** How a benchmark measures: ours and the floor in turn in the same rounds, and the median of the per-round ratios. */

import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";

export interface Row {
  /** As in the scorecard. */
  id: string;
  what: string;
  floor: string;
  /** Median milliseconds of ours and of the floor. */
  oursMs: number;
  floorMs: number;
  ratio: number;
  target: number;
  rounds: number;
}

/** What holds on any machine, however busy it is. */
export interface Count {
  what: string;
  is: number;
  atMost: number;
}

export interface Measured {
  rows: readonly Row[];
  counts: readonly Count[];
}

export interface Pair {
  id: string;
  what: string;
  floorName: string;
  target: number;
  rounds: number;
  /** Each answers the milliseconds of one measurement; a warm-up round comes first. */
  ours(): number | Promise<number>;
  floor(): number | Promise<number>;
}

export async function measurePair({ id, what, floorName, target, rounds, ours, floor }: Pair): Promise<Row> {
  await ours();
  await floor();
  const pairs: { ours: number; floor: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const isEven = round % 2 === 0;
    const first = await (isEven ? ours() : floor());
    const second = await (isEven ? floor() : ours());
    pairs.push(isEven ? { ours: first, floor: second } : { ours: second, floor: first });
  }
  return {
    id,
    what,
    floor: floorName,
    oursMs: median(pairs.map((pair) => pair.ours)),
    floorMs: median(pairs.map((pair) => pair.floor)),
    ratio: median(pairs.map((pair) => pair.ours / pair.floor)),
    target,
    rounds,
  };
}

/** Milliseconds of a whole process; throws when it does not end well. */
export function timeProcess(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): number {
  const startedAt = performance.now();
  const result = spawnSync(program, args, { ...options, stdio: ["ignore", "ignore", "pipe"], timeout: 120_000 });
  const took = performance.now() - startedAt;
  if (result.status !== 0)
    throw new Error(`${program} ${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
  return took;
}

export async function timeCall(call: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await call();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
