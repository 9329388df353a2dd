/** P11: ten features claimed on a remote by one pulse, against one atomic push of the same refs. */

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Doors } from "../../src/doors/doors.ts";
import { makeRunner } from "../../src/doors/git/process/spawn.ts";
import { pulse } from "../../src/pulse.ts";
import { openEngine, prepare } from "./engine.ts";
import { type Measured, measurePair, timeCall } from "./measure.ts";
import { type BenchWorld, commitFiles, countGit, makeWorld, sourceFiles } from "./world.ts";

const CLAIMS = 10;

export async function benchClaims(rounds: number): Promise<Measured> {
  const world = makeWorld();
  commitFiles(world, [...sourceFiles(200), ...readyMission(CLAIMS)], { checkout: false });
  const remote = join(world.folder, "remote.git");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: world.repository, env: world.env, encoding: "utf8" });
  git("init", "-q", "--bare", "-b", "main", remote);
  git("remote", "add", "origin", remote);
  git("push", "-q", "origin", "main");
  git("fetch", "-q", "origin");
  const counting = countGit(world);
  const pushes = () => counting.calls().filter((call) => / push /.test(call)).length;
  const engine = await openEngine(world.repository, counting.env);
  const { processes } = engine.doors;
  // The processes of the runs are no part of a claim: this one stands for them.
  const started = { ...processes, startDetached: () => ({ owner: processes.self(), tell() {} }) };
  const doors: Doors = Object.create(engine.doors, { processes: { value: started } });
  let most = 0;
  try {
    await pulse(doors, { maxDispatches: 0 });
    const refs = git("for-each-ref", "--format=update %(refname) %(objectname)");
    const remoteRefs = git("--git-dir", remote, "for-each-ref", "--format=update %(refname) %(objectname)");
    const ledger = git("rev-parse", "refs/mission/ledger/bench").trim();
    const row = await measurePair({
      id: "P11",
      what: `${CLAIMS} features claimed on a remote`,
      floorName: "one git push --atomic of a ledger with as many new commits",
      target: 1.3,
      rounds,
      async ours() {
        reset(world, remote, refs, remoteRefs);
        for (const { run } of doors.state.listRuns()) await doors.state.removeRun(run);
        const { count, apply } = await prepare(doors, "dispatch", CLAIMS);
        if (count !== CLAIMS) throw new Error(`${count} features are ready, not ${CLAIMS}`);
        counting.reset();
        const took = await timeCall(apply);
        most = Math.max(most, pushes());
        return took;
      },
      async floor() {
        reset(world, remote, refs, remoteRefs);
        return pushChain(world, counting.env, ledger);
      },
    });
    return { rows: [row], counts: [{ what: `pushes for ${CLAIMS} claims`, is: most, atMost: 1 }] };
  } finally {
    engine.close();
    world.remove();
    rmSync(remote, { recursive: true, force: true });
  }
}

function reset({ repository, env }: BenchWorld, remote: string, refs: string, remoteRefs: string): void {
  for (const [place, wanted] of [
    [join(repository, ".git"), refs],
    [remote, remoteRefs],
  ] as const) {
    const known = new Set(wanted.split("\n").map((line) => line.split(" ")[1]));
    const now = execFileSync("git", ["--git-dir", place, "for-each-ref", "--format=%(refname)"], { env });
    const gone = String(now)
      .split("\n")
      .filter((name) => name !== "" && !known.has(name));
    const input = `${wanted}${gone.map((name) => `delete ${name}\n`).join("")}`;
    execFileSync("git", ["--git-dir", place, "update-ref", "--stdin"], { env, input });
  }
}

/** The commits are there before: only the push is timed. */
async function pushChain({ repository }: BenchWorld, env: NodeJS.ProcessEnv, ledger: string): Promise<number> {
  const runner = makeRunner(join(repository, ".git"), env);
  const commit = async (parent: string): Promise<string> => {
    const args = ["commit-tree", `${ledger}^{tree}`, "-p", parent, "-m", `floor ${performance.now()}`];
    return (await runner.demand(args)).stdout.toString().trim();
  };
  let tip = ledger;
  for (let index = 0; index < CLAIMS; index += 1) tip = await commit(tip);
  const beat = await commit(ledger);
  const specs = [`${tip}:refs/mission/ledger/bench`, `${beat}:refs/mission/host/floor`];
  return timeCall(() => runner.demand(["push", "-q", "--atomic", "origin", ...specs]));
}

export function* readyMission(features: number): Generator<readonly [string, string]> {
  const runtime = '{ kind: command, run: [sh, -c, "exit 0"], cost: none }';
  yield ["missions/config.md", `---\nparallel: 100\nruntimes:\n  first: ${runtime}\n---\n`];
  const header = "title: Bench\nstatus: active\nmode: poc\nhome: default\nbudget: none";
  yield ["missions/bench/mission.md", `---\n${header}\n---\n# Bench\n`];
  yield ["missions/bench/milestones/01-all/milestone.md", "---\ntitle: All\n---\n"];
  for (let index = 0; index < features; index += 1) {
    const text = `---\ntitle: Feature ${index}\nstatus: todo\n---\n# Feature ${index}\n`;
    yield [`missions/bench/milestones/01-all/f${index}.md`, text];
  }
}
