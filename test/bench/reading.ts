/** P3, P4, P5: what stands where in many features, remembered, for the first time, and after one of them has changed. */

import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Count, type Measured, measurePair, type Row, timeProcess } from "./measure.ts";
import { type BenchWorld, commitFiles, countGit, MAIN, makeWorld, missionFiles, NODE } from "./world.ts";

/** Far above the target, so that it fails only where memory grows without measure. */
const MAX_MEGABYTES = 300;
const TARGET_MEGABYTES = 150;
const GIT_STATUS = ["status", "--porcelain=v2", "--untracked-files=all", "--", "missions", "todo/missions"];

interface Place extends BenchWorld {
  features: number;
  rounds: number;
  options: { cwd: string; env: NodeJS.ProcessEnv };
}

export async function benchReading(missions: number, rounds: number): Promise<Measured> {
  const world = makeWorld();
  try {
    commitFiles(world, missionFiles(missions), { checkout: true });
    const options = { cwd: world.repository, env: world.env };
    const place: Place = { ...world, features: missions * 100, rounds, options };
    // The first passes record what is done and ask for a signature; git takes the files of a fresh checkout for changed ones.
    for (let pass = 0; pass < 3; pass += 1) timeProcess(NODE, [MAIN, "pulse"], options);
    timeProcess("git", GIT_STATUS, options);
    return {
      rows: [await again(place), await firstTime(place), ...(await afterChange(place))],
      counts: [...countProcesses(place), measureMemory(place)],
    };
  } finally {
    world.remove();
  }
}

function status({ options }: Place): number {
  return timeProcess(NODE, [MAIN, "status", "--json"], options);
}

function pulse({ options }: Place): number {
  return timeProcess(NODE, [MAIN, "pulse"], options);
}

function again(place: Place): Promise<Row> {
  return measurePair({
    id: "P3",
    what: `status --json, ${number(place.features)} features`,
    floorName: "empty node + git status",
    target: 1.6,
    rounds: place.rounds,
    ours: () => status(place),
    floor: () => timeProcess(NODE, ["-e", "0"], place.options) + timeProcess("git", GIT_STATUS, place.options),
  });
}

/** Without anything remembered; the compiled code of the program itself is. */
async function firstTime(place: Place): Promise<Row> {
  const reader = join(place.folder, "reader.cjs");
  writeFileSync(reader, READER);
  return measurePair({
    id: "P4",
    what: `first status --json, ${number(place.features)} features`,
    floorName: "git cat-file --batch of the same blobs into node",
    target: 1.7,
    rounds: place.rounds,
    ours() {
      forget(place);
      return status(place);
    },
    floor: () => timeProcess(NODE, [reader], place.options),
  });
}

/** A change is committed in each round; then the same command once more is the floor. */
async function afterChange(place: Place): Promise<Row[]> {
  let edits = 0;
  const rows: Row[] = [];
  for (const [name, command] of [
    ["pulse", pulse],
    ["status --json", status],
  ] as const) {
    let unchangedMs = 0;
    rows.push(
      await measurePair({
        id: "P5",
        what: `one feature changed, then ${name}, ${number(place.features)} features`,
        floorName: `${name} with nothing changed`,
        target: 1.3,
        rounds: place.rounds,
        ours() {
          edits += 1;
          commitEdit(place, edits);
          const took = command(place);
          unchangedMs = command(place);
          return took;
        },
        floor: () => unchangedMs,
      }),
    );
  }
  return rows;
}

function commitEdit({ repository, env, features }: Place, edit: number): void {
  const mission = 1 + (edit % (features / 100 - 1));
  const path = `missions/m${String(mission).padStart(4, "0")}/milestones/01-part-0/f${mission}-3.md`;
  const file = join(repository, path);
  writeFileSync(file, `${readFileSync(file, "utf8")}\nEdit ${edit}.\n`);
  execFileSync("git", ["commit", "-q", "-m", "edit", "--", path], { cwd: repository, env });
  execFileSync("git", GIT_STATUS, { cwd: repository, env, stdio: "ignore" });
}

function forget({ folder }: Place): void {
  const state = join(folder, "state", "git-mission");
  for (const name of readdirSync(state)) rmSync(join(state, name, "cache"), { recursive: true, force: true });
}

function countProcesses(place: Place): Count[] {
  const git = countGit(place);
  const counted = (args: readonly string[]): number => {
    git.reset();
    timeProcess(NODE, [MAIN, ...args], { ...place.options, env: git.env });
    return git.count();
  };
  const size = number(place.features);
  // PATH is part of what is seen: the first look under the counting git is a full one.
  counted(["pulse"]);
  const look = counted(["status", "--json"]);
  const same = counted(["status", "--json"]);
  forget(place);
  const fresh = counted(["status", "--json"]);
  counted(["pulse"]);
  commitEdit(place, 1_000);
  const changed = counted(["pulse"]);
  return [
    { what: `git processes of status --json, ${size} features, nothing changed`, is: same, atMost: 2 },
    { what: `git processes of status --json, ${size} features, looked at`, is: look, atMost: 8 },
    { what: `git processes of the first status --json, ${size} features`, is: fresh, atMost: 8 },
    { what: `git processes of a pulse after one change, ${size} features`, is: changed, atMost: 8 },
  ];
}

function measureMemory(place: Place): Count {
  const preload = join(place.folder, "memory.cjs");
  const out = join(place.folder, "memory");
  writeFileSync(preload, MEMORY);
  forget(place);
  const env = { ...place.env, NODE_OPTIONS: `--require ${preload}`, MEMORY_FILE: out };
  const { status: code } = spawnSync(NODE, [MAIN, "status", "--json"], { ...place.options, env, stdio: "ignore" });
  if (code !== 0) throw new Error(`status ended with ${code}`);
  const is = Math.round(Number(readFileSync(out, "utf8")) / 1024);
  return {
    what: `megabytes of the first status --json, ${number(place.features)} features, target ${TARGET_MEGABYTES}`,
    is,
    atMost: MAX_MEGABYTES,
  };
}

function number(value: number): string {
  return value.toLocaleString("en");
}

/** Peak of the resident memory, in kilobytes. */
const MEMORY = `
process.on("exit", () =>
  require("node:fs").writeFileSync(process.env.MEMORY_FILE, String(process.resourceUsage().maxRSS)));
`;

/** Reads every mission file out of git, and nothing of what it says. */
const READER = `
const { execFileSync, spawn } = require("node:child_process");
const ids = execFileSync("git", ["ls-tree", "-r", "--object-only", "HEAD", "missions"]);
const child = spawn("git", ["cat-file", "--batch", "--buffer"], { stdio: ["pipe", "pipe", "inherit"] });
let bytes = 0;
child.stdout.on("data", (chunk) => { bytes += chunk.length; });
child.on("close", (code) => { process.exitCode = code === 0 && bytes > 0 ? 0 : 1; });
child.stdin.end(ids);
`;
