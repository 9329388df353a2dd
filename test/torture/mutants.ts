/** Builds of the engine that are broken on purpose, hunted by the simulation: how much its checkers see. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { MUTANTS } from "../simulation/mutants/mutants.ts";
import type { Options, Part, Row } from "./part.ts";

const FOLDER = join(import.meta.dirname, "../simulation/mutants");
/** A rare mistake needs a rare world. */
const SEEDS = { quick: 600, long: 5_000 };

interface Hunted {
  seeds: number;
  /** What the checker said; null where it found nothing in all seeds. */
  caught: string | null;
}

export const mutants: Part = { name: "mutants", run: huntAll };

async function huntAll({ quick, mostMs, tell }: Options): Promise<Row> {
  const deadline = Date.now() + mostMs;
  const notes: string[] = [];
  let trials = 0;
  let converged = 0;
  for (const { name, invariant } of MUTANTS) {
    if (Date.now() > deadline) {
      notes.push(`${name}: no time was left for it`);
      continue;
    }
    const { seeds, caught } = await hunt(name, quick ? SEEDS.quick : SEEDS.long, deadline);
    trials += 1;
    if (caught !== null) converged += 1;
    const found = caught === null ? `not caught in ${seeds} seeds` : `caught at seed ${seeds}: ${caught}`;
    tell(`${name} (${invariant}): ${found}`);
    notes.push(`${name}: ${caught === null ? found : `caught at seed ${seeds}`}`);
  }
  const none = { lost: null, duplicated: null, ungated: null, overBudget: null, idleWrites: null, longestStopMs: null };
  return { name: "mutants", trials, faults: trials, ...none, converged, notes };
}

function hunt(name: string, seeds: number, deadline: number): Promise<Hunted> {
  return new Promise((resolve, reject) => {
    const args = ["--import", join(FOLDER, "load.ts"), join(FOLDER, "hunt.ts"), String(seeds)];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, MUTANT: name },
      stdio: ["ignore", "pipe", "inherit"],
      timeout: Math.max(1_000, deadline - Date.now() + 60_000),
    });
    let out = "";
    child.stdout.on("data", (chunk: Buffer) => {
      out += chunk;
    });
    child.on("error", reject);
    child.on("close", () => resolve(out === "" ? { seeds: 0, caught: null } : (JSON.parse(out) as Hunted)));
  });
}
