/** An older and a newer version of the program on one remote: what the other wrote stays as it is, and is not guessed at. */

import { expect, test } from "vitest";
import { findViolations } from "./kit/invariants.ts";
import type { Machine } from "./kit/machine.ts";
import { look, pulseOnce, pulseUntil, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aRemoteWorld, type RemoteWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const LEDGER = "refs/mission/ledger/toy";
const TWO_IN_A_ROW = { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } };

/** A record as another version of the program writes it. Answers its commit. */
function append(world: RemoteWorld, machine: Machine, subject: string, trailers: readonly string[]): string {
  machine.git("fetch", "-q", "origin", LEDGER);
  const tip = machine.git("rev-parse", "FETCH_HEAD");
  const tree = machine.git("rev-parse", `${tip}^{tree}`);
  const message = `${subject}\n\nWords of it.\n\n${trailers.join("\n")}\n`;
  const commit = machine.git("commit-tree", tree, "-p", tip, "-m", message);
  machine.git("push", "-q", "origin", `${commit}:${LEDGER}`);
  expect(world.git("rev-parse", LEDGER)).toBe(commit);
  return commit;
}

test(
  "records, fields and beats of a newer version stay byte for byte, and the rest goes on beside them",
  async () => {
    const world = aRemoteWorld({ mission: TWO_IN_A_ROW });
    const [anna, zoe] = [world.clone("Anna"), world.clone("Zoe")];
    await untilDone(anna, "a");
    await waitForRuns(anna);
    const commits = [
      append(world, zoe, "teleported: a", ["Mission-Record: teleported", "Feature: a", "Where: the moon", "By: zoe"]),
      append(world, zoe, "comment: a", ["Mission-Record: comment", "Feature: a", "Mood: fine", "By: zoe"]),
      append(world, zoe, "asked: a", ["Mission-Record: asked", "Ask: riddle", "Feature: a", "Bound-To: x", "By: zoe"]),
    ];
    const before = commits.map((commit) => world.git("cat-file", "commit", commit));
    const empty = world.git("rev-parse", `${LEDGER}^{tree}`);
    const beat = zoe.git("commit-tree", empty, "-m", "beat: zoe-9\n\nzoe-run since 12:00 on core 7\nMood: fine");
    zoe.git("push", "-q", "origin", `${beat}:refs/mission/host/zoe-9`);

    await untilDone(anna, "b");

    const line = world.git("rev-list", LEDGER).split("\n");
    expect(commits.filter((commit) => !line.includes(commit))).toEqual([]);
    expect(commits.map((commit) => world.git("cat-file", "commit", commit))).toEqual(before);
    expect(world.git("rev-parse", "refs/mission/host/zoe-9")).toBe(beat);
    expect((await look(anna)).asks).toEqual([expect.objectContaining({ about: "toy" })]);
    expect(await anna.must("log")).toContain("teleported");
    const violations = await findViolations({ folder: world.remote, env: anna.env });
    expect(violations).toEqual(
      [commits[0], commits[2]].map((commit) => expect.stringContaining(`record ${commit} can't`)),
    );
  },
  LIMIT,
);

test(
  "a newer version that takes a mission over while an older one works: the older reads on, writes nothing, says so",
  async () => {
    const world = aRemoteWorld({
      mission: [
        { id: "toy", ...TWO_IN_A_ROW },
        { id: "other", milestones: { first: { c: {} } } },
      ],
      config: { parallel: 4 },
    });
    const [anna, zoe] = [world.clone("Anna"), world.clone("Zoe")];
    for (const feature of ["a", "c"]) world.worker.does(feature, `hold; echo ${feature} > ${feature}.txt; commit`);
    for (const feature of ["a", "c"]) world.worker.hold(feature);
    await pulseOnce(anna);
    await waitUntil("both are under way", () => ["a", "c"].every((feature) => world.worker.isWaiting(feature)));
    const tip = append(world, zoe, "created: mission at main", [
      ...["Mission-Record: created", "Mission-Format: 2", "Home: main", "By: zoe"],
    ]);
    const home = world.git("rev-parse", "main");

    expect(
      (await pulseOnce(anna)).result.decisions.filter((each) => "mission" in each && each.mission === "toy"),
    ).toEqual([]);
    const { condition } = (await look(anna)).mission("toy");
    expect(condition).toMatchObject({ code: "ledger", message: expect.stringContaining("newer") });
    for (const argv of [
      ["comment", "toy/a", "hello"],
      ["retry", "toy/a"],
      ["pause", "toy"],
    ]) {
      const { code, err } = await anna.say(...argv);
      expect([code, err]).toEqual([expect.toBeOneOf([1, 2, 4]), expect.stringContaining("newer")]);
    }
    for (const feature of ["a", "c"]) world.worker.release(feature);
    await waitForRuns(anna, 60_000);
    await pulseUntil(anna, "the other mission goes on", (sight) => sight.of("other/c") === "done");

    expect(world.git("rev-parse", LEDGER)).toBe(tip);
    expect(world.git("log", "--format=%s", `${home}..main`)).toBe("Feature c");
    // What the run made waits in its folder.
    expect(anna.state.listRuns().some(({ order, waiting }) => order.mission === "toy" && waiting > 0)).toBe(true);
  },
  LIMIT,
);
