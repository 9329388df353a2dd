/**
 * Shares seeds among processes, a small range at a time. What they load is one bundled file: modules that are loaded
 * behind `await import()` cost more each time than what most worlds do with them.
 */

import { type ChildProcess, fork } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import type { PlanWords } from "../world/plan.ts";
import type { Played, Range } from "./tally.ts";

const ROOT = join(import.meta.dirname, "../../..");
/** As deep below the root as the source of what reads files of the package; of its own, where several share at a time. */
const BUNDLE = join(ROOT, `node_modules/.cache/simulation/player-${process.pid}.mjs`);
/** Few enough that a range whose process died is soon played again one by one. */
const SEEDS_AT_ONCE = 50;

export interface Shared {
  /** The seeds to play, both ends included. */
  seeds: Range;
  words: PlanWords;
  /** Processes that play at the same time. */
  jobs: number;
  onPlayed(played: Played): void;
  /** A process ended without an answer; it takes no further range. */
  onBroken(range: Range, how: string): void;
}

export async function playShared({ seeds, words, jobs, onPlayed, onBroken }: Shared): Promise<void> {
  const left = [...cut(seeds)].values();
  const play = async (): Promise<void> => {
    const player = fork(BUNDLE);
    try {
      for (const range of left) {
        const answer = await ask(player, { range, words });
        if (typeof answer === "string") return onBroken(range, answer);
        onPlayed(answer);
      }
    } finally {
      player.kill();
    }
  };
  await bundlePlayer();
  try {
    await Promise.all(Array.from({ length: jobs }, play));
  } finally {
    rmSync(BUNDLE, { force: true });
  }
}

async function bundlePlayer(): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, "player.ts")],
    outfile: BUNDLE,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node22.12",
    logLevel: "warning",
  });
}

function* cut({ first, last }: Range): Generator<Range, void> {
  for (let from = first; from <= last; from += SEEDS_AT_ONCE) {
    yield { first: from, last: Math.min(last, from + SEEDS_AT_ONCE - 1) };
  }
}

/** What came of a range; how the process ended where it did. */
function ask(player: ChildProcess, question: { range: Range; words: PlanWords }): Promise<Played | string> {
  return new Promise((resolve) => {
    const onExit = (code: number | null, signal: string | null): void =>
      resolve(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
    player.once("exit", onExit);
    player.once("message", (played: Played) => {
      player.off("exit", onExit);
      resolve(played);
    });
    // One that is gone already takes no message.
    player.send(question, (error) => error && resolve(`could not be asked: ${error.message}`));
  });
}
