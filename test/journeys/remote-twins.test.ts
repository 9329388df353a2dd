/** Two clones of one remote that pulse at once, as real processes, until a mission is over. */

import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGit } from "../../src/doors/git-process.ts";
import { parseRecord } from "../../src/format/record.ts";
import type { Fact } from "../../src/model/record.ts";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import type { FeatureWords, MissionWords } from "./kit/mission-files.ts";
import { look, waitForRuns } from "./kit/pulses.ts";
import { aRemoteWorld, type RemoteWorld } from "./kit/world.ts";

const TIMEOUT_MS = 100_000;

/** Eight features and, in a second milestone, four; some wait for others. */
const MILESTONES: Record<string, Record<string, FeatureWords>> = {
  first: {
    a: {},
    b: {},
    c: { depends_on: ["a"] },
    d: { depends_on: ["a", "b"] },
    e: {},
    f: { depends_on: ["e"] },
    g: { priority: 1 },
    h: {},
  },
  second: { i: {}, j: { depends_on: ["i"] }, k: { depends_on: ["a"] }, l: {} },
};

/** Writes down each start of a worker, beside what the worker always does. */
const COUNTED = `echo "$MISSION_FEATURE" >> "$W/ran"
echo "hello $MISSION_FEATURE" > "$MISSION_FEATURE.txt"
commit
echo "DONE: wrote it"`;

function aTwinWorld(mission: MissionWords): RemoteWorld & { anna: Machine; bert: Machine } {
  const world = aRemoteWorld({ mission: { milestones: MILESTONES, ...mission }, config: { parallel: 3 } });
  world.git("config", "core.logAllRefUpdates", "always");
  world.worker.does("default", COUNTED);
  return { ...world, anna: world.clone("Anna"), bert: world.clone("Bert") };
}

/** Runs pulses of a machine, each a process, one after the other, until something holds. */
async function pulseProcesses(machine: Machine, until: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + TIMEOUT_MS - 20_000;
  while (!(await until())) {
    if (Date.now() > giveUpAt) throw new Error(`in vain:\n${(await look(machine)).print()}`);
    const child = machine.start("pulse");
    let words = "";
    child.stderr?.on("data", (text) => (words += text));
    const [code] = await once(child, "close");
    expect([code, words]).toEqual([0, ""]);
  }
}

function factsOf(world: RemoteWorld, mission = "toy"): Promise<readonly Fact[]> {
  return withRemote(world, async (git) => {
    const tip = await git.resolve(`refs/mission/ledger/${mission}`);
    const records = (await git.listCommits(tip ?? "", null)).map(parseRecord);
    return records.flatMap((record) => ("fact" in record ? [record.fact] : []));
  });
}

async function withRemote<T>(
  { remote }: RemoteWorld,
  work: (git: ReturnType<typeof openGit>) => Promise<T>,
): Promise<T> {
  const git = openGit({ cwd: remote, env: process.env });
  try {
    return await work(git);
  } finally {
    git.close();
  }
}

/** Every commit that home ever was, as the remote's own log has them: each is green, or was there before the first run. */
async function expectGreen(world: RemoteWorld, home: string): Promise<void> {
  const pushed = world.git("reflog", "show", "--format=%H", `refs/heads/${home}`).split("\n");
  const facts = await factsOf(world);
  const good = new Set(
    facts.flatMap((fact) =>
      fact.kind === "verdict" && (fact.result === "passed" || fact.result === "unchecked") ? [fact.codeTree] : [],
    ),
  );
  const red = await withRemote(world, async (git) => {
    const start = await git.codeTree(pushed.at(-1) ?? "", ["missions", "todo/missions"]);
    const trees = await Promise.all(pushed.map((tip) => git.codeTree(tip, ["missions", "todo/missions"])));
    return pushed.filter((_, index) => trees[index] !== start && !good.has(trees[index] ?? ""));
  });
  expect(red).toEqual([]);
  expect(pushed.length).toBeGreaterThan(3);
}

async function expectEachOnce(world: RemoteWorld): Promise<void> {
  const facts = await factsOf(world);
  const all = Object.values(MILESTONES).flatMap((features) => Object.keys(features));
  const claimed = facts.flatMap((fact) =>
    fact.kind === "claim" && fact.about.kind === "feature" ? [fact.about.feature] : [],
  );
  expect(claimed.toSorted()).toEqual(all);
  expect(readFileSync(join(world.worker.folder, "ran"), "utf8").trim().split("\n").toSorted()).toEqual(all);
  const landed = facts.flatMap((fact) => (fact.kind === "landed" ? [fact.feature] : []));
  expect(landed.toSorted()).toEqual(all);
  for (const feature of all) expect(world.git("show", `main:${feature}.txt`)).toBe(`hello ${feature}`);
}

async function sightOf(machine: Machine): Promise<unknown> {
  const { at: _at, host: _host, ...same } = await machine.status();
  return same;
}

function dryRun(machine: Machine): unknown {
  const { code, out, err } = machine.mission("pulse", "--dry-run", "--json");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out).decisions;
}

/** All machines that could go on from here would do the same. Their own caches do not matter. */
async function expectSameMind(world: RemoteWorld, machines: readonly Machine[], stranger: string): Promise<unknown> {
  for (const machine of machines) await waitForRuns(machine);
  const [first, ...others] = [...machines, world.clone(stranger)];
  if (!first) throw new Error("nobody is there");
  const decisions = dryRun(first);
  for (const other of others) expect(dryRun(other)).toEqual(decisions);
  for (const machine of machines) rmSync(machine.state.cache, { recursive: true, force: true });
  for (const machine of machines) expect(dryRun(machine)).toEqual(decisions);
  const sight = await sightOf(first);
  for (const other of others) expect(await sightOf(other)).toEqual(sight);
  return decisions;
}

/** Both hosts pulse until the mission is over. A person signs whatever is to be signed. */
async function pulseToTheEnd(world: RemoteWorld, machines: readonly Machine[]): Promise<void> {
  const isOver = () => world.git("show", "main:missions/toy/mission.md").includes("\nstatus: completed\n");
  const signer = world.clone("Signe");
  while (!isOver()) {
    await Promise.all(
      machines.map((machine) => pulseProcesses(machine, async () => isOver() || (await look(machine)).asks.length > 0)),
    );
    for (const { id, about } of isOver() ? [] : (await look(signer)).asks) {
      expect(about).toMatch(/^toy(?:\/first|\/second)?$/);
      await signer.must("approve", id);
    }
  }
}

test(
  "two hosts that pulse at once run and land each feature of a poc once, with home green at every push",
  async () => {
    const world = aTwinWorld({ home: "default" });
    const { anna, bert } = world;
    const isHalfDone = () => world.git("log", "--format=%s", "main").split("\n").length > 5;
    await Promise.all([anna, bert].map((machine) => pulseProcesses(machine, isHalfDone)));
    expect(await expectSameMind(world, [anna, bert], "Carl")).not.toEqual([]);

    await pulseToTheEnd(world, [anna, bert]);

    await expectEachOnce(world);
    await expectGreen(world, "main");
    expect(await expectSameMind(world, [anna, bert], "Dora")).toEqual([]);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  TIMEOUT_MS,
);

test(
  "two hosts bring a full mission on its home branch through two signed milestones to the default branch",
  async () => {
    const world = aTwinWorld({
      mode: "full",
      home: "branch",
      sign_off: "milestone",
      verify: [{ run: "test -f README.md" }],
    });
    const { anna, bert } = world;

    await pulseToTheEnd(world, [anna, bert]);

    await expectEachOnce(world);
    await expectGreen(world, "mission/toy/home");
    const merges = world.git("log", "--first-parent", "--format=%s", "main").split("\n");
    expect(merges).toEqual(["Merge toy/final", "Merge toy/second", "Merge toy/first", "first"]);
    expect(await expectSameMind(world, [anna, bert], "Dora")).toEqual([]);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  TIMEOUT_MS,
);
