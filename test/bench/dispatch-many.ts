/** P9: eight dispatches at once against the same clones and processes in series, and very many one after the other. */

import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeWorkspaces } from "../../src/doors/workspace-clone.ts";
import { observe } from "../../src/observe/observe.ts";
import { pulse } from "../../src/pulse.ts";
import { makePipe } from "../helpers/repositories.ts";
import { type Engine, openEngine, prepare, waitForRuns, waitUntil } from "./engine.ts";
import { type Measured, measurePair, timeCall } from "./measure.ts";
import { type BenchWorld, commitFiles, makeWorld, NODE, sourceFiles } from "./world.ts";

const AT_ONCE = 8;

export async function benchManyDispatches(rounds: number, inARow: number): Promise<Measured> {
  const world = makeWorld();
  const first = join(world.folder, "first");
  const env = { ...world.env, FIRST_FOLDER: first };
  commitFiles(world, [...sourceFiles(200), ...oneMission((rounds + 1) * AT_ONCE + inARow)], { checkout: false });
  makePipe(goOn(first));
  const engine = await openEngine(world.repository, env);
  const { doors } = engine;
  let clones = 0;
  try {
    await pulse(doors, { maxDispatches: 0 });
    const row = await measurePair({
      id: "P9",
      what: `${AT_ONCE} dispatches at once, to the last first byte`,
      floorName: "the same clones, empty nodes and sh in series",
      target: 0.6,
      rounds,
      ours: () => dispatchAtOnce(engine, first),
      floor: () =>
        timeCall(async () => {
          for (let index = 0; index < AT_ONCE; index += 1) {
            clones += 1;
            await cloneOnce(world, join(world.folder, `floor-${clones}`));
          }
        }),
    });
    for (let done = 0; done < inARow; done += AT_ONCE) await dispatchAtOnce(engine, first);
    return { rows: [row], counts: [await countFailures(engine)] };
  } finally {
    engine.close();
    world.remove();
  }
}

/**
 * From the decisions to the moment at which each of the workers has said something. They go on when all have, so that no
 * run ends while others still start; what is over is cleared away, as pulses do it.
 */
async function dispatchAtOnce({ doors }: Engine, first: string): Promise<number> {
  rmSync(first, { recursive: true, force: true });
  mkdirSync(first);
  const { count, apply } = await prepare(doors, "dispatch", AT_ONCE);
  if (count !== AT_ONCE) throw new Error(`${count} features are ready, not ${AT_ONCE}`);
  const startedAt = performance.timeOrigin + performance.now();
  await apply();
  const saidAt = () =>
    readdirSync(first).flatMap((name) => {
      const text = readFileSync(join(first, name), "utf8");
      return text.endsWith("\n") ? [Number(text) / 1e6] : [];
    });
  await waitUntil(() => saidAt().length === AT_ONCE || hasFailed(doors, first));
  const took = Math.max(...saidAt()) - startedAt;
  // Open to both sides, so that neither end waits for the other.
  const gate = openSync(goOn(first), "r+");
  writeSync(gate, "go\n".repeat(AT_ONCE));
  await waitForRuns(doors);
  closeSync(gate);
  for (const { run } of doors.state.listRuns()) await doors.state.removeRun(run);
  return took;
}

const goOn = (first: string) => `${first}.go`;

/** A run that ended without its worker having said anything is counted at the end. */
function hasFailed(doors: Engine["doors"], first: string): boolean {
  return existsSync(first) && doors.state.listRuns().every(({ closed }) => closed);
}

async function countFailures({ doors }: Engine) {
  const { missions } = await observe(doors);
  const runs = missions.flatMap(({ ledger }) => [...ledger.runs.values()]);
  const failed = runs.filter(({ ended }) => ended?.fact.outcome !== "nothing-to-do");
  return { what: `failures of ${runs.length.toLocaleString("en")} dispatches`, is: failed.length, atMost: 0 };
}

async function cloneOnce({ repository, env }: BenchWorld, path: string): Promise<void> {
  const workspaces = makeWorkspaces({ env, identity: { name: "bench", email: "bench@example.com" } });
  const gitDir = join(repository, ".git");
  await workspaces.makeClone({ gitDir, path, commit: "refs/heads/main", branch: "work", home: null });
  spawnSync(NODE, ["-e", "0"], { env });
  spawnSync("sh", ["-c", "date +%s%N >/dev/null"], { env });
  rmSync(path, { recursive: true, force: true });
}

function* oneMission(features: number): Generator<readonly [string, string]> {
  const worker = 'date +%s%N > "$FIRST_FOLDER/$MISSION_FEATURE"; read go < "$FIRST_FOLDER.go"; echo "DONE: nothing"';
  const runtime = `{ kind: command, run: [sh, -c, ${JSON.stringify(worker)}], env: [FIRST_FOLDER], cost: none }`;
  yield ["missions/config.md", `---\nparallel: 100\nruntimes:\n  first: ${runtime}\n---\n`];
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
