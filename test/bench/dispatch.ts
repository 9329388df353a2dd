/** P8: from the decision to the first byte of the worker, against the best tuned clone and the same two processes. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../../src/doors/doors.ts";
import { makeWorkspaces } from "../../src/doors/workspace-clone.ts";
import { pulse } from "../../src/pulse.ts";
import { openEngine, prepare, waitForRuns, waitUntil } from "./engine.ts";
import { type Measured, measurePair } from "./measure.ts";
import { type BenchWorld, commitFiles, makeWorld, NODE, sourceFiles } from "./world.ts";

export async function benchDispatch(files: number, rounds: number): Promise<Measured> {
  const world = makeWorld();
  const first = join(world.folder, "first-byte");
  commitFiles(world, [...sourceFiles(files), ...oneMission(rounds + 2)], { checkout: false });
  const env = { ...world.env, FIRST_FILE: first };
  const { doors, close } = await openEngine(world.repository, env);
  let clones = 0;
  try {
    await pulse(doors, { maxDispatches: 0 });
    const row = await measurePair({
      id: "P8",
      what: `decision to first byte, ${files.toLocaleString("en")} files`,
      floorName: "clone --shared + empty node + sh",
      target: 1.15,
      rounds,
      ours: () => dispatchOnce(doors, first),
      floor: () => {
        clones += 1;
        return cloneOnce(world, doors, join(world.folder, `floor-${clones}`), first);
      },
    });
    return { rows: [row], counts: [] };
  } finally {
    close();
    world.remove();
  }
}

/** One dispatch, then the run is waited for, so that nothing else is going on in the next round. */
async function dispatchOnce(doors: Doors, first: string): Promise<number> {
  rmSync(first, { force: true });
  const { count, apply } = await prepare(doors, "dispatch", 1);
  if (count === 0) throw new Error("nothing is ready");
  const startedAt = wallMs();
  await apply();
  const took = (await firstByte(first)) - startedAt;
  await waitForRuns(doors);
  return took;
}

async function cloneOnce({ repository, env }: BenchWorld, doors: Doors, path: string, first: string): Promise<number> {
  rmSync(first, { force: true });
  const commit = (await doors.git.resolve("refs/heads/main")) ?? "";
  const workspaces = makeWorkspaces({ env, identity: { name: "bench", email: "bench@example.com" } });
  const startedAt = wallMs();
  await workspaces.makeClone({ gitDir: join(repository, ".git"), path, commit, branch: "work", home: null });
  spawnSync(NODE, ["-e", "0"], { env });
  spawnSync("sh", ["-c", 'date +%s%N > "$FIRST_FILE"'], { env: { ...env, FIRST_FILE: first } });
  const took = (await firstByte(first)) - startedAt;
  rmSync(path, { recursive: true, force: true });
  return took;
}

const wallMs = () => performance.timeOrigin + performance.now();

/** The worker writes the moment itself, so that looking for it costs nothing. */
async function firstByte(file: string): Promise<number> {
  await waitUntil(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  return Number(readFileSync(file, "utf8")) / 1e6;
}

function* oneMission(features: number): Generator<readonly [string, string]> {
  const worker = 'date +%s%N > "$FIRST_FILE"; echo "DONE: nothing"';
  yield [
    "missions/config.md",
    `---\nparallel: 100\nruntimes:\n  first: { kind: command, run: [sh, -c, ${JSON.stringify(worker)}], env: [FIRST_FILE], cost: none }\n---\n`,
  ];
  yield [
    "missions/bench/mission.md",
    "---\ntitle: Bench\nstatus: active\nmode: poc\nhome: default\nbudget: none\n---\n# Bench\n",
  ];
  yield ["missions/bench/milestones/01-all/milestone.md", "---\ntitle: All\n---\n"];
  for (let index = 0; index < features; index += 1) {
    yield [
      `missions/bench/milestones/01-all/f${index}.md`,
      `---\ntitle: Feature ${index}\nstatus: todo\n---\n# Feature ${index}\n`,
    ];
  }
}
