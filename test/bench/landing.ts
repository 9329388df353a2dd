/**
 * P10: ten features that pass their gates, counted from delivery to landing on a remote; their landing as a chain, and the
 * prediction of all conflicts of ten open heads, each against git's own commands.
 */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { makeRunner } from "../../src/doors/git/process/spawn.ts";
import { observe } from "../../src/observe/observe.ts";
import { openLedgers } from "../../src/observe/open-ledgers.ts";
import { pulse } from "../../src/pulse.ts";
import { buildChain } from "../../src/repo/candidate.ts";
import { moveBranch } from "../../src/repo/move-branch.ts";
import { readyMission } from "./claims.ts";
import { openEngine, waitForRuns } from "./engine.ts";
import { type Count, type Measured, measurePair, type Row, timeCall } from "./measure.ts";
import { type BenchWorld, commitFiles, countGit, makeWorld, sourceFiles } from "./world.ts";

const FEATURES = 10;
const MOST_PASSES = 12;

export async function benchLanding(files: number, rounds: number): Promise<Measured> {
  return { rows: await landAndPredict(files, rounds), counts: await countGatesAndPushes() };
}

/** Whole runs on a remote: ten that deliver, then pulses until all have landed. */
async function countGatesAndPushes(): Promise<Count[]> {
  const world = makeWorld();
  commitFiles(world, [...sourceFiles(20), ...deliveringMission()], { checkout: false });
  const remote = join(world.folder, "remote.git");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: world.repository, env: world.env, encoding: "utf8" });
  git("init", "-q", "--bare", "-b", "main", remote);
  git("remote", "add", "origin", remote);
  git("push", "-q", "origin", "main");
  git("fetch", "-q", "origin");
  const counting = countGit(world);
  const { doors, close } = await openEngine(world.repository, counting.env);
  const read = async () => (await observe(doors)).missions.find(({ id }) => id === "bench")?.ledger;
  try {
    await pulse(doors);
    await waitForRuns(doors);
    counting.reset();
    for (let pass = 0; pass < MOST_PASSES && ((await read())?.landed.length ?? 0) < FEATURES; pass += 1) {
      await pulse(doors);
      await waitForRuns(doors);
    }
    const ledger = await read();
    const claims = [...(ledger?.runs.values() ?? [])].map(({ claim }) => claim.fact);
    const gates = claims.filter(({ runKind, about }) => runKind === "gate" && about.kind === "features");
    const moves = counting.calls().filter((call) => / push .*refs\/heads\/main/.test(call));
    return [
      { what: `of ${FEATURES} features that pass, not landed`, is: FEATURES - (ledger?.landed.length ?? 0), atMost: 0 },
      { what: `gate runs for ${FEATURES} features that pass`, is: gates.length, atMost: 2 },
      { what: `pushes of home for ${FEATURES} features that pass`, is: moves.length, atMost: 2 },
    ];
  } finally {
    close();
    world.remove();
  }
}

async function landAndPredict(files: number, rounds: number): Promise<Row[]> {
  const world = makeWorld();
  commitFiles(world, [...sourceFiles(files), ...readyMission(FEATURES)], { checkout: false });
  // Home is checked out nowhere: git would have to move the files along, here and in the floor.
  execFileSync("git", ["symbolic-ref", "HEAD", "refs/heads/elsewhere"], { cwd: world.repository, env: world.env });
  execFileSync("git", ["config", "mission.default", "main"], { cwd: world.repository, env: world.env });
  const { doors, close } = await openEngine(world.repository, world.env);
  const runner = makeRunner(doors.git.gitDir, world.env);
  try {
    await pulse(doors, { maxDispatches: 0 });
    const home = (await doors.git.resolve("refs/heads/main")) ?? "";
    const heads = makeHeads(world, home);
    const size = files.toLocaleString("en");
    return [
      await measurePair({
        id: "P10",
        what: `${FEATURES} landings as one chain, ${size} files`,
        floorName: "git merge-tree, commit-tree and update-ref of each",
        target: 1.3,
        rounds,
        ours: () => landOurs(doors, heads, home),
        floor: () => landFloor(runner, heads, home),
      }),
      await predictPairs({ runner, doors, heads, rounds, size }),
    ];
  } finally {
    close();
    world.remove();
  }
}

type Doors = Awaited<ReturnType<typeof openEngine>>["doors"];
type Runner = ReturnType<typeof makeRunner>;

async function landOurs(doors: Doors, heads: readonly string[], home: string): Promise<number> {
  const snapshot = await observe(doors);
  const { ledger } = await openLedgers(doors, snapshot);
  const mission = snapshot.missions[0];
  const expected = mission?.ledger.tip ?? null;
  const candidates = heads.map((head, index) => {
    const feature = mission?.files.features.find(({ id }) => id === `f${index}`);
    if (!feature) throw new Error(`f${index} is not there`);
    return { feature, head, run: null, base: null };
  });
  const identity = { name: "bench", email: "bench@example.com" };
  const took = await timeCall(async () => {
    const chain = await buildChain(doors.git, candidates, { mission: "bench", home, identity, at: doors.clock.now() });
    if (chain.stopped) throw new Error(chain.stopped.reason);
    const records = chain.links.map(({ feature, commit, codeTree }) => ({
      fact: { kind: "landed" as const, feature: feature.id, run: null, spec: feature.spec, commit, codeTree },
      by: "pulse@bench",
      homeTip: home,
      body: "",
      attachments: {},
    }));
    const move = { mission: "bench", expected, branch: "main", from: home, to: chain.tip, records };
    const moved = await moveBranch(doors, ledger, move);
    if (moved.kind !== "won") throw new Error(JSON.stringify(moved));
  });
  const ref = "refs/mission/ledger/bench";
  const now = await doors.git.listRefs([ref, "refs/heads/main"]);
  await doors.git.updateRefs([
    { name: ref, new: expected, old: now.get(ref) ?? null },
    { name: "refs/heads/main", new: home, old: now.get("refs/heads/main") ?? null },
  ]);
  return took;
}

function landFloor(runner: Runner, heads: readonly string[], home: string): Promise<number> {
  const run = async (...args: string[]) => (await runner.demand(args)).stdout.toString().trim();
  return timeCall(async () => {
    let tip = home;
    await run("update-ref", "refs/floor/home", home);
    for (const head of heads) {
      const tree = await run("merge-tree", "--write-tree", tip, head);
      const commit = await run("commit-tree", tree, "-p", tip, "-m", "landing");
      await run("update-ref", "refs/floor/home", commit, tip);
      tip = commit;
    }
  });
}

/** All pairs of the open heads. */
function predictPairs(tools: {
  runner: Runner;
  doors: Doors;
  heads: readonly string[];
  rounds: number;
  size: string;
}): Promise<Row> {
  const { runner, doors, heads, rounds, size } = tools;
  const pairs = heads.flatMap((one, index) => heads.slice(index + 1).map((other) => [one, other] as const));
  const input = pairs.map((pair) => `${pair.join(" ")}\n`).join("");
  return measurePair({
    id: "P10",
    what: `conflicts of ${pairs.length} pairs of heads, ${size} files`,
    floorName: "one git merge-tree --stdin",
    target: 1.5,
    rounds,
    ours: () => timeCall(() => doors.git.mergeTrees(pairs)),
    floor: () =>
      timeCall(() => runner.demand(["merge-tree", "--write-tree", "-z", "--name-only", "--stdin"], { input })),
  });
}

/** One commit each on home, in files of their own. */
function makeHeads({ repository, env }: BenchWorld, home: string): string[] {
  const lines: string[] = [];
  for (let index = 0; index < FEATURES; index += 1) {
    lines.push(`commit refs/floor/head-${index}`, "committer Bench <bench@example.com> 1700000000 +0000");
    lines.push("data 4", "work", `from ${home}`, `M 100644 inline src/new-${index}.txt`, "data 4", "new\n");
  }
  execFileSync("git", ["fast-import", "--quiet"], { cwd: repository, env, input: `${lines.join("\n")}\n` });
  const names = lines.filter((line) => line.startsWith("commit ")).map((line) => line.slice("commit ".length));
  const args = ["rev-parse", ...names];
  return execFileSync("git", args, { cwd: repository, env, encoding: "utf8" }).trim().split("\n");
}

/** Each worker writes a file of its own, and each feature has a check that it is there. */
function* deliveringMission(): Generator<readonly [string, string]> {
  const worker = 'echo new > "$MISSION_FEATURE.txt"; git add -A; git commit -qm work; echo "DONE: wrote it"';
  const runtime = `{ kind: command, run: [sh, -c, ${JSON.stringify(worker)}], cost: none }`;
  for (const [path, text] of readyMission(FEATURES)) {
    if (path.endsWith("config.md")) yield [path, `---\nparallel: 100\nruntimes:\n  first: ${runtime}\n---\n`];
    else yield [path, text.replace("status: todo\n", `status: todo\nverify: [{ run: "true" }]\n`)];
  }
}
