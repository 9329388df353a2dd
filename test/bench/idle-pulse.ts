/** P2: a pulse with nothing to do, at sizes of ten and fifty thousand features. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Measured, measurePair, timeProcess } from "./measure.ts";
import { type BenchWorld, commitFiles, countGit, MAIN, makeWorld, missionFiles, NODE } from "./world.ts";

export async function benchIdlePulse(missions: number, rounds: number): Promise<Measured> {
  const world = makeWorld();
  try {
    commitFiles(world, missionFiles(missions), { checkout: false });
    const options = { cwd: world.repository, env: world.env };
    // The first passes read everything, record what is done and ask for a signature; then there is nothing to do.
    for (let pass = 0; pass < 3; pass += 1) timeProcess(NODE, [MAIN, "pulse"], options);
    const size = (missions * 100).toLocaleString("en");
    const { gitProcesses, missionFilesRead } = countIdle(world);
    const counts = [
      { what: `git processes of an idle pulse, ${size} features`, is: gitProcesses, atMost: 1 },
      { what: `mission files read by an idle pulse, ${size} features`, is: missionFilesRead, atMost: 0 },
    ];
    const row = await measurePair({
      id: "P2",
      what: `idle pulse, ${size} features`,
      floorName: "empty node + git for-each-ref",
      target: 1.3,
      rounds,
      ours: () => timeProcess(NODE, [MAIN, "pulse"], options),
      floor: () => timeProcess(NODE, ["-e", "0"], options) + timeProcess("git", ["for-each-ref"], options),
    });
    return { rows: [row], counts };
  } finally {
    world.remove();
  }
}

function countIdle(world: BenchWorld): { gitProcesses: number; missionFilesRead: number } {
  const git = countGit(world);
  // PATH is part of what a pulse sees: one pulse under the counting git looks anew, the next one is idle.
  timeProcess(NODE, [MAIN, "pulse"], { cwd: world.repository, env: git.env });
  git.reset();
  const reads = join(world.folder, "reads");
  const preload = join(world.folder, "preload.cjs");
  writeFileSync(preload, PRELOAD);
  const env = { ...git.env, NODE_OPTIONS: `--require ${preload}`, READS_FILE: reads };
  rmSync(reads, { force: true });
  const result = spawnSync(NODE, [MAIN, "pulse"], { cwd: world.repository, env, encoding: "utf8" });
  if (result.status !== 0 || result.stdout !== "") throw new Error(`not idle: ${result.stdout}${result.stderr}`);
  const read = existsSync(reads) ? readFileSync(reads, "utf8").trim().split("\n") : [];
  return { gitProcesses: git.count(), missionFilesRead: read.filter((path) => path.includes("/missions/")).length };
}

/** Notes every path that the program opens. */
const PRELOAD = `
const fs = require("node:fs");
const { appendFileSync } = fs;
for (const name of ["readFileSync", "openSync", "readFile", "open", "readdirSync"]) {
  const real = fs[name];
  fs[name] = (path, ...rest) => {
    if (typeof path === "string") appendFileSync(process.env.READS_FILE, path + "\\n");
    return real(path, ...rest);
  };
}
`;
