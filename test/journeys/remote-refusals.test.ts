/** A remote that says no, or of which nobody knows what it said. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { Machine } from "./kit/machine.ts";
import { look, pulseOnce, pulseTogether, pulseUntil, pulseUntilIdle } from "./kit/pulses.ts";
import type { Sight } from "./kit/sight.ts";
import { complete, untilDone, untilStatus } from "./kit/steps.ts";
import { aRemoteWorld, type RemoteWorld } from "./kit/world.ts";

const LIMIT = 60_000;
const ONE = { milestones: { first: { a: {} } } };
const NOTHING = "exit 0";

/** The server's `main` takes no pushes from now on. */
function protectMain(world: RemoteWorld): void {
  world.hook(
    "update",
    'case "$1" in refs/heads/main) echo "main is protected: open a pull request" >&2; exit 1;; esac',
  );
}

test(
  "a home that refuses a landing is told once with the server's words, nothing is lost, and a retry lands",
  async () => {
    const world = aRemoteWorld();
    const anna = world.clone("Anna");
    protectMain(world);

    const sight = await untilStatus(anna, { a: "blocked (home-refused)", b: "blocked (home-refused)" });
    await pulseUntilIdle(anna);

    const { message, next } = sight.feature("a").condition;
    expect(message).toMatch(/^main refuses what the program pushes: .*main is protected: open a pull request/);
    expect(next).toBe("mission retry toy/a");
    expect(await anna.must("inbox")).toContain("main is protected");
    expect(subjects(anna, "blocked")).toHaveLength(2);
    expect(world.git("log", "--format=%s", "main")).toBe("first");
    for (const feature of ["a", "b"]) {
      const [run] = anna.state.listRuns().filter(({ order }) => order.title === `Feature ${feature}`);
      expect(world.git("show", `refs/mission/in/${run?.run}:${feature}.txt`)).toBe(`hello ${feature}`);
    }

    world.hook("update", NOTHING);
    await anna.must("retry", "toy/a");
    await anna.must("retry", "toy/b");
    await untilDone(anna, "a", "b");
    expect(world.git("show", "main:a.txt")).toBe("hello a");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a default branch that refuses the merge: a person is asked, and merges by hand",
  async () => {
    const world = aRemoteWorld({ mission: { ...ONE, home: "branch" } });
    const anna = world.clone("Anna");
    protectMain(world);

    await complete(anna);
    await pulseUntilIdle(anna);

    const asks = (await look(anna)).asks;
    expect(asks.map(({ text }) => text)).toEqual([
      expect.stringMatching(/can't be merged into the default branch: .* Merge branch mission\/toy\/final by hand/),
    ]);
    expect(subjects(anna, "blocked")).toHaveLength(1);
    const signed = world.git("rev-parse", "mission/toy/home");
    expect(world.git("rev-parse", "mission/toy/final")).toBe(signed);

    world.hook("update", NOTHING);
    const bert = world.clone("Bert");
    bert.git("merge", "-q", "--no-ff", "-m", "By hand", "origin/mission/toy/final");
    bert.git("push", "-q", "origin", "main");
    await pulseUntilIdle(anna);

    expect(subjects(anna, "merged")).toHaveLength(1);
    expect((await look(anna)).asks).toEqual([]);
    // What the branch was for is done.
    expect(world.git("for-each-ref", "refs/heads/mission/toy/final")).toBe("");
    expect(world.git("log", "-1", "--format=%s", "main")).toBe("By hand");
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a squash of signed work is recorded as its merge",
  async () => {
    const world = aRemoteWorld({ mission: { ...ONE, home: "branch" } });
    const anna = world.clone("Anna");
    protectMain(world);
    await complete(anna);
    await pulseUntilIdle(anna);
    world.hook("update", NOTHING);
    const bert = world.clone("Bert");
    bert.git("merge", "-q", "--squash", "origin/mission/toy/final");
    bert.git("commit", "-q", "-m", "Toy (#1)");
    bert.git("push", "-q", "origin", "main");

    await pulseUntilIdle(anna);

    expect(subjects(anna, "merged")).toHaveLength(1);
    expect((await look(anna)).asks).toEqual([]);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a remote that is somebody's checkout of home: nothing there moves, and the refusal says what git says",
  async () => {
    const world = aRemoteWorld({ mission: ONE });
    const owner = new Machine(temporaryFolder("owner"), "Owner");
    owner.git("clone", "-q", world.remote, ".");
    owner.write({ "mine.txt": "not committed\n" });
    const anna = new Machine(temporaryFolder("clone"), "Anna");
    anna.git("clone", "-q", owner.folder, ".");

    const sight = await untilStatus(anna, { a: "blocked (home-refused)" });

    expect(sight.feature("a").condition.message).toContain("branch is currently checked out");
    expect(owner.git("log", "--format=%s", "main")).toBe("first");
    expect(owner.git("status", "--short")).toBe("?? mine.txt");
    owner.git("checkout", "-q", "-b", "elsewhere");
    await anna.must("retry", "toy/a");
    await untilDone(anna, "a");
    expect(owner.git("show", "main:a.txt")).toBe("hello a");
    expect(owner.has("a.txt")).toBe(false);
    await endWell(anna, { folder: owner.folder });
  },
  LIMIT,
);

test(
  "pushes whose answer is lost are looked up and not made again",
  async () => {
    const world = aRemoteWorld();
    const anna = world.clone("Anna");
    // Everything is applied; whoever pushed hears nothing.
    world.hook("post-receive", 'echo pushed >> "$GIT_DIR/pushes"\nkill -9 $PPID');
    expect(anna.tryGit("push", "-q", "origin", "HEAD:refs/heads/tried").code).not.toBe(0);
    expect(world.git("rev-parse", "tried")).toBe(anna.oid("HEAD"));

    await complete(anna);

    const all = subjects(anna);
    const claims = all.filter((subject) => subject.startsWith("claim"));
    expect(claims.filter((subject) => subject.endsWith(" attempt 1"))).toHaveLength(2);
    // One gate for both, or one for each: as their work came in.
    expect(claims.length).toBeLessThanOrEqual(4);
    for (const kind of ["created", "landed: a", "landed: b", "asked", "answered", "completed"])
      expect([kind, all.filter((subject) => subject.startsWith(kind)).length]).toEqual([kind, 1]);
    expect(world.git("log", "--format=%s", "main").split("\n")).toHaveLength(4);
    world.hook("post-receive", NOTHING);
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a line that breaks again and again, before or after a push was taken: two hosts come to the end all the same",
  async () => {
    const world = aRemoteWorld({ mission: { milestones: { first: { a: {}, b: {}, c: { depends_on: ["a"] } } } } });
    const [anna, bert] = [world.clone("Anna"), world.clone("Bert")];
    const every = (count: number, name: string) =>
      `echo x >> "$GIT_DIR/${name}"; [ $(($(wc -l < "$GIT_DIR/${name}") % ${count})) = 0 ] && kill -9 $PPID; exit 0`;
    world.hook("pre-receive", every(3, "before"));
    world.hook("post-receive", every(4, "after"));

    const isAsked = (sight: Sight) => sight.asks.length > 0;
    await pulseTogether([anna, bert], "its end waits for a signature", isAsked, { skipMs: 120_000 });

    const all = subjects(anna);
    for (const feature of ["a", "b", "c"]) {
      const runs = all.filter((subject) => subject.startsWith(`claim: ${feature} attempt`));
      const ends = all.filter((subject) => new RegExp(`^run-ended: ${feature}-\\d`).test(subject));
      expect([feature, runs.length, ends.length]).toEqual([feature, 1, 1]);
      expect(all.filter((subject) => subject.startsWith(`landed: ${feature} `))).toHaveLength(1);
    }
    expect(readFileSync(join(world.remote, "before"), "utf8").split("\n").length).toBeGreaterThan(6);
    world.hook("pre-receive", NOTHING);
    world.hook("post-receive", NOTHING);
    await complete(bert);
    await endWell(anna, { folder: world.remote });
    await endWell(bert, { folder: world.remote });
  },
  LIMIT,
);

test(
  "a person's branch in the way of the program's is named, and harms no other mission",
  async () => {
    const world = aRemoteWorld({
      mission: [
        { id: "apart", home: "branch", milestones: { first: { a: {} } } },
        { id: "here", milestones: { first: { b: {} } } },
      ],
    });
    world.git("branch", "mission", "main");
    const anna = world.clone("Anna");

    const { result } = await pulseOnce(anna);

    const begin = result.applied.find(({ decision }) => decision.kind === "begin" && decision.mission === "apart");
    expect(begin?.applied).toMatchObject({ kind: "failed", reason: expect.stringContaining("refs/heads/mission") });
    await pulseUntil(anna, "b is done", (sight) => sight.of("here/b") === "done");
    world.git("branch", "-m", "mission", "their-mission");
    await pulseUntil(anna, "a is done", (sight) => sight.of("apart/a") === "done", { skipMs: 120_000 });
    await endWell(anna, { folder: world.remote });
  },
  LIMIT,
);
