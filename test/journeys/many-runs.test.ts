/** Many runs at once: what they leave goes out together, and a provider that is used up is not asked again by each of them. */

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { deliver, endGhosts, startGhosts } from "./kit/ghosts.ts";
import { findViolations } from "./kit/invariants.ts";
import { subjects } from "./kit/ledgers.ts";
import type { FeatureWords } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld, aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const MINUTE_MS = 60_000;

function manyFeatures(count: number): Record<string, FeatureWords> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${String(index).padStart(3, "0")}`, {}]));
}

test(
  "a hundred runs of two hosts that end at once: a hundred reports in the ledger, at most three pushes a host",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: manyFeatures(100) } }, config: { parallel: 100 } });
    const hosts = [world.clone("Anna"), world.clone("Bert")];
    for (const host of hosts) expect(await startGhosts(host, 50)).toHaveLength(50);
    for (const host of hosts) await endGhosts(host, deliver);
    const author = world.clone("Ada");
    author.edit("missions/toy/mission.md", "status: active", "status: paused");
    author.commit("nothing lands for now");
    author.git("push", "-q", "origin", "main");
    // The home folder tells whose push it is. A push that is about to lose its race is one as well.
    world.hook("pre-receive", 'echo "$HOME" >> pushes');

    await Promise.all(hosts.map((host) => once(host.start("pulse"), "exit")));
    for (const host of hosts) await pulseOnce(host);

    const pushes = readFileSync(join(world.remote, "pushes"), "utf8").trim().split("\n");
    for (const { env } of hosts) expect(pushes.filter((home) => home === env.HOME).length).toBeOneOf([1, 2, 3]);
    const [anna] = hosts;
    if (!anna) throw new Error("nobody is there");
    const ends = subjects(anna, "run-ended").map((subject) => subject.split(" ")[1]);
    expect(ends).toHaveLength(100);
    expect(new Set(ends).size).toBe(100);
    expect(world.git("for-each-ref", "--format=%(refname)", "refs/mission/in").split("\n")).toHaveLength(100);
    expect(hosts.flatMap((host) => host.state.listRuns()).every(({ closed, waiting }) => closed && waiting === 0)).toBe(
      true,
    );
    expect(await findViolations({ folder: world.remote, env: anna.env })).toEqual([]);
    const { milestones } = (await look(anna)).mission();
    expect(milestones.flatMap(({ features }) => features.map(({ status }) => status))).toEqual(
      Array(100).fill("review"),
    );
  },
  LIMIT,
);

test(
  "a quota that is used up with fifty features ready costs two claims, and one that tries when it is over",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: manyFeatures(50) } }, config: { parallel: 2 } });
    await startGhosts(machine);
    const until = Date.now() + 40 * MINUTE_MS;
    await endGhosts(machine, async () => ({ outcome: "quota", until }));
    for (let pulses = 0; pulses < 4; pulses += 1) {
      expect(await startGhosts(machine)).toEqual([]);
      machine.ahead += 9 * MINUTE_MS;
    }
    expect(subjects(machine, "claim")).toHaveLength(2);

    machine.ahead = 41 * MINUTE_MS;
    expect(await startGhosts(machine)).toHaveLength(1);
    expect(await startGhosts(machine)).toHaveLength(1);
    await endGhosts(machine, deliver);
    await pulseOnce(machine);
    await waitUntil("two more are under way", () => subjects(machine, "claim: f").length >= 5);
    await machine.must("stop", "--all");
    await waitForRuns(machine);
    expect(await findViolations({ folder: machine.folder, env: machine.env })).toEqual([]);
  },
  LIMIT,
);

test(
  "a person's git that packs, prunes and maintains at every step takes nothing that workspaces borrow",
  async () => {
    const { machine, worker } = aWorld({ mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } } });
    const tidy = () => {
      machine.git("reflog", "expire", "--expire=now", "--all");
      machine.git("repack", "-a", "-d", "-q");
      machine.git("gc", "-q", "--prune=now");
      for (const task of ["loose-objects", "incremental-repack", "pack-refs", "commit-graph"])
        machine.git("maintenance", "run", "--quiet", `--task=${task}`);
    };
    for (const feature of ["a", "b"]) {
      worker.does(
        feature,
        `echo one > ${feature}.txt; commit; hold; git log -p >/dev/null && echo two >> ${feature}.txt && commit two; echo "DONE: both"`,
      );
      worker.hold(feature);
    }
    for (const feature of ["a", "b"]) {
      await pulseUntil(machine, `${feature} is under way`, (sight) => sight.of(feature) === "in_progress (running)");
      await waitUntil("its worker holds", () => worker.isWaiting(feature));
      tidy();
      worker.release(feature);
    }
    await untilDone(machine, "a", "b");
    tidy();
    expect(machine.git("fsck", "--connectivity-only")).toBe("");
    expect(subjects(machine, "claim: a attempt")).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);
