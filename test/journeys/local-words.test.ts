/** What persons say along the way: signatures that die, branches to look at, comments, secrets, hand-overs, limits. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { featureFile, featurePath, type MissionWords } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const HOME = "mission/toy/home";

function full(words: MissionWords = {}): MissionWords {
  return { mode: "full", home: "branch", verify: [{ run: "test -f README.md" }], ...words };
}

function branches(machine: Machine): string[] {
  return machine.git("for-each-ref", "--format=%(refname:short)", "refs/heads/mission").split("\n");
}

async function untilSigned(machine: Machine, milestone: string): Promise<void> {
  await pulseUntil(machine, `${milestone} waits for its signature`, ({ asks }) =>
    asks.some(({ about, text }) => about === `toy/${milestone}` && text.includes("Sign it off")),
  );
}

test(
  "an approval dies with the spec, the risk and the head that it was given for",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: { risk: "red" }, z: { status: "hold" } } } } });
    const answers = () => subjects(machine, "answered: ").length;
    await untilStatus(machine, { a: "needs_input (approval)" });
    await machine.must("pause", "toy");
    await machine.must("approve", "toy/a");
    machine.git("checkout", "-q", "mission/toy/a");
    machine.write({ "more.txt": "a fix-up\n" });
    machine.commit("fix it up");
    machine.git("checkout", "-q", "main");
    await machine.must("resume", "toy");
    await untilStatus(machine, { a: "needs_input (approval)" });
    await pulseUntilIdle(machine);
    expect(machine.has("a.txt")).toBe(false);
    await machine.must("approve", "toy/a");
    machine.edit(featurePath("a"), "risk: red", "risk: red\npriority: 1");
    machine.commit("a priority voids nothing");
    await untilDone(machine, "a");
    expect(answers()).toBe(2);
    expect(machine.read("more.txt")).toBe("a fix-up\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an answer to what has changed meanwhile is refused",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: { risk: "red" }, z: { status: "hold" } } } } });
    await untilStatus(machine, { a: "needs_input (approval)" });
    machine.edit(featurePath("a"), "Make a.txt.", "Make a.txt and more.");
    machine.commit("another spec");
    const { code, err } = await machine.say("approve", "q1");
    expect([code, err]).toEqual([1, expect.stringContaining("changed since")]);
    await untilStatus(machine, { a: "needs_input (approval)" });
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what is to be signed lies on a branch until it is merged",
  async () => {
    const { machine } = aWorld({
      mission: full({ milestones: { first: { a: {} }, second: { b: { status: "hold" } } } }),
    });
    await untilSigned(machine, "first");
    expect(branches(machine)).toEqual(["mission/toy/first", HOME]);
    expect(machine.oid("mission/toy/first")).toBe(machine.oid(HOME));
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "it is merged", () => subjects(machine, "merged: ").length > 0);
    expect(branches(machine)).toEqual([HOME]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a signed milestone that conflicts is merged by a person, from its branch",
  async () => {
    const { machine, worker } = aWorld({
      mission: full({ milestones: { first: { a: {} }, second: { b: { status: "hold" } } } }),
      files: { "code.txt": "one\n" },
    });
    worker.does("a", 'echo worker > code.txt; echo a > a.txt; commit; echo "DONE: both"');
    await untilSigned(machine, "first");
    machine.write({ "code.txt": "person\n" });
    machine.commit("code of a person");
    await machine.must("approve", "toy/first");
    const sight = await pulseUntil(machine, "a person is asked to merge", ({ asks }) =>
      asks.some(({ text }) => text.includes("by hand")),
    );
    expect(sight.asks[0]?.text).toContain("conflicts in code.txt. Merge branch mission/toy/first by hand");
    expect((await machine.say("approve", sight.asks[0]?.id ?? "")).code).not.toBe(0);
    machine.tryGit("merge", "mission/toy/first");
    machine.write({ "code.txt": "both\n" });
    machine.commit("merged by hand");
    const after = await pulseUntil(machine, "it is known", () => subjects(machine, "merged: ").length > 0);
    expect(after.asks).toEqual([]);
    expect(branches(machine)).toEqual([HOME]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a branch that a person stands on is not deleted under them",
  async () => {
    const { machine } = aWorld({
      mission: full({ milestones: { first: { a: {} }, second: { b: { status: "hold" } } } }),
    });
    await untilSigned(machine, "first");
    machine.git("checkout", "-q", "mission/toy/first");
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "it is merged", () => subjects(machine, "merged: ").length > 0);
    expect(machine.git("status", "--porcelain", "--branch")).toBe("## mission/toy/first");
    expect(machine.show("a.txt", "main")).toBe("hello a\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a signed milestone that gets more to do is validated, signed and merged once more",
  async () => {
    const { machine } = aWorld({
      mission: full({ milestones: { first: { a: {} }, second: { b: { status: "hold" } } } }),
    });
    await untilSigned(machine, "first");
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "it is merged", () => subjects(machine, "merged: ").length > 0);
    machine.write({ [featurePath("c")]: featureFile("c") });
    machine.commit("one more");
    await untilDone(machine, "c");
    await untilSigned(machine, "first");
    expect(machine.has("c.txt")).toBe(false);
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "it is merged again", () => subjects(machine, "merged: ").length > 1);
    expect(machine.read("c.txt")).toBe("hello c\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "comments, the words of earlier features and standing rules reach the next worker",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] }, z: { status: "hold" } } } },
      files: { "AGENTS.md": "Use tabs here.\n" },
    });
    worker.does(
      "a",
      'printf "# Summary\\nThe parser lies in lib.\\n" > "$MISSION_HANDOFF_FILE"; echo a > a.txt; commit; echo "DONE: a"',
    );
    await pulseOnce(machine, { maxDispatches: 0 });
    await machine.must("comment", "toy/b", "Mind the gap.");
    await untilDone(machine, "a", "b");
    const prompt = worker.prompt("b");
    for (const words of ["The parser lies in lib.", "Mind the gap.", "Use tabs here."]) expect(prompt).toContain(words);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a secret goes to the feature that names it and into no record, log or prompt",
  async () => {
    const { machine, worker } = aWorld({
      mission: {
        resources: [{ name: "key", kind: "credential", purpose: "testing", secret: "env:TOY_KEY" }],
        milestones: { first: { a: { secrets: ["key"] }, b: {}, z: { status: "hold" } } },
      },
    });
    worker.does(
      "default",
      'echo "the key: $TOY_KEY"; (printenv TOY_KEY || echo none) | wc -c > $MISSION_FEATURE.txt; commit; echo "DONE: with $TOY_KEY"',
    );
    const waiting = await pulseUntil(machine, "b is done", (sight) => sight.of("b") === "done");
    expect(waiting.of("a")).toBe("ready (no-capable-host)");
    expect(waiting.feature("a").condition.message).toContain("env:TOY_KEY is not set here");
    machine.env.TOY_KEY = "s3cr3t-of-the-toy";
    await untilDone(machine, "a");
    expect(machine.read("a.txt").trim()).toBe(String("s3cr3t-of-the-toy\n".length));
    expect(machine.read("b.txt").trim()).toBe("5");
    const all =
      machine.git("log", "--all", "-p", "--format=%B") +
      machine.git("grep", "-h", "", ...subjects(machine).map((_, index) => `refs/mission/ledger/toy~${index}`));
    expect(all).toContain("the key:");
    expect(all).not.toContain("s3cr3t-of-the-toy");
    expect(worker.prompt("a")).not.toContain("s3cr3t-of-the-toy");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "limits on how much runs at once, and on what may run together, hold",
  async () => {
    const { machine, worker } = aWorld({
      mission: {
        parallel: 2,
        milestones: {
          first: { a: { scope: ["src/**"] }, b: { scope: ["src/b/**"] }, c: { priority: 1 }, d: { priority: 4 } },
        },
      },
      config: { parallel: 4 },
    });
    worker.does(
      "default",
      'mkdir -p src; echo x > src/$MISSION_FEATURE.txt; echo x > $MISSION_FEATURE.txt; commit; hold; echo "DONE: it"',
    );
    for (const name of ["a", "b", "c", "d"]) worker.hold(name);
    const { sight } = await pulseOnce(machine);
    expect(sight.json.runs.map(({ about }) => about).sort()).toEqual(["toy/a", "toy/c"]);
    expect(sight.of("b")).toBe("ready (scope)");
    expect(sight.of("d")).toBe("ready (slot)");
    await waitUntil("c works", () => worker.isWaiting("c"));
    for (const name of ["c", "d", "a"]) worker.release(name);
    await pulseUntil(machine, "d is delivered", (seen) =>
      ["review", "needs_input", "done"].includes(seen.feature("d").status),
    );
    worker.release("b");
    await waitForRuns(machine);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a feature that depends on one of another mission waits for it",
  async () => {
    const { machine } = aWorld({
      mission: [
        { id: "one", milestones: { first: { a: {}, z: { status: "hold" } } } },
        {
          id: "two",
          milestones: {
            first: { b: { depends_on: ["one/a"], verify: [{ run: "cat a.txt b.txt" }] }, y: { status: "hold" } },
          },
        },
      ],
    });
    const { sight } = await pulseOnce(machine);
    expect(sight.of("two/b")).toBe("backlog (dependency)");
    await pulseUntil(machine, "both are done", (seen) => seen.of("two/b") === "done");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an open feature in a completed mission is a finding, and starts nothing",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
    await pulseUntil(machine, "it waits for the signature", ({ asks }) => asks.length > 0);
    await machine.must("approve", "toy");
    await pulseUntil(machine, "it is completed", (sight) => sight.mission().status === "completed");
    machine.write({ [featurePath("late")]: featureFile("late") });
    machine.commit("too late");
    const sight = await pulseUntilIdle(machine);
    expect(sight.mission().status).toBe("completed");
    expect(sight.json.findings).toMatchObject([{ code: "open-in-completed" }]);
    expect(subjects(machine, "claim: late")).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);
