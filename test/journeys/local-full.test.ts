/** `full` missions on a home branch: gates, validations, signatures, merges to the default branch, and following it. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { assertion, featureFile, featurePath, type MissionWords } from "./kit/mission-files.ts";
import { look, pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns } from "./kit/pulses.ts";
import type { Sight } from "./kit/sight.ts";
import { complete, untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const HOME = "mission/toy/home";

function full(words: MissionWords = {}): MissionWords {
  return { mode: "full", home: "branch", verify: [{ run: "test -f README.md" }], ...words };
}

function isAskedAbout(about: string, words = ""): (sight: Sight) => boolean {
  return ({ asks }) => asks.some((ask) => ask.about === about && ask.text.includes(words));
}

function untilAsked(machine: Machine, about: string, words = ""): Promise<Sight> {
  return pulseUntil(machine, `a person is asked about ${about}: ${words}`, isAskedAbout(about, words));
}

test(
  "each milestone is gated, validated, signed and merged; the end is a closing commit on the default branch",
  async () => {
    const contract = `${assertion("VAL-A-001", "a is there", "test -f a.txt")}${assertion("VAL-B-001", "b is there", "cat a.txt b.txt")}`;
    const { machine } = aWorld({
      mission: full({
        milestones: { first: { a: { fulfills: ["VAL-A-001"] } }, second: { b: {} } },
        milestoneHeaders: { second: { fulfills: ["VAL-B-001"] } },
        contract,
      }),
      files: { "open.txt": "one\n" },
    });
    machine.write({ "open.txt": "the person's, in no commit\n", "new.txt": "mine\n" });

    const first = await untilAsked(machine, "toy/first", "Sign it off");
    expect(first.of("a")).toBe("done");
    expect(first.milestone("first").status).toBe("needs_input");
    expect(first.milestone("second").status).toBe("pending");
    expect(machine.has("a.txt")).toBe(false);
    expect(machine.show("a.txt", HOME)).toBe("hello a\n");
    await machine.must("approve", "toy/first", "looks good");

    const second = await untilAsked(machine, "toy/second", "Sign it off");
    expect(second.milestone("first").status).toBe("passed");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.has("b.txt")).toBe(false);
    await machine.must("approve", "toy/second");

    await pulseUntil(machine, "the mission is completed", (sight) => sight.mission().status === "completed");
    await pulseUntilIdle(machine);
    expect(machine.read("b.txt")).toBe("hello b\n");
    expect(machine.read("missions/toy/mission.md")).toContain("\nstatus: completed\n");
    expect(machine.read("missions/toy/report.md")).toContain("VAL-A-001");
    expect(machine.read("open.txt")).toBe("the person's, in no commit\n");
    expect(machine.git("status", "--porcelain")).toBe(" M open.txt\n?? new.txt");
    expect(subjects(machine, "merged: ").map((subject) => subject.split(" ")[1])).toEqual(["first", "second", "final"]);
    expect(machine.git("branch", "--list", "mission/toy/*").trim()).toBe("mission/toy/home");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "with one signature at the end nothing reaches the default branch before it",
  async () => {
    const { machine } = aWorld({
      mission: full({ sign_off: "mission", milestones: { first: { a: {} }, second: { b: {} } } }),
    });
    const start = machine.oid("main");
    await untilAsked(machine, "toy", "Sign it off");
    expect(machine.oid("main")).toBe(start);
    expect(machine.show("b.txt", HOME)).toBe("hello b\n");
    await complete(machine);
    await pulseUntilIdle(machine);
    expect(machine.read("b.txt")).toBe("hello b\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "mission edits on the default branch reach home at once, and code before the next validation",
  async () => {
    const { machine, worker } = aWorld({ mission: full({ milestones: { first: { a: {} } } }) });
    worker.does("a", 'echo "hello a" > a.txt; commit; hold; echo "DONE: wrote it"');
    worker.hold("a");
    await pulseOnce(machine);
    machine.write({ [featurePath("b")]: featureFile("b") });
    machine.commit("one more feature");
    const sight = await pulseUntil(machine, "b is at work", (seen) => seen.of("b") === "in_progress (running)");
    expect(sight.of("a")).toBe("in_progress (running)");
    machine.write({ "person.txt": "code\n" });
    machine.commit("code of a person");
    worker.release("a");

    await untilAsked(machine, "toy/first", "Sign it off");
    expect(machine.show("person.txt", HOME)).toBe("code\n");
    expect(subjects(machine, "claim: home gate")).toHaveLength(1);
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "the mission is completed", (seen) => seen.mission().status === "completed");
    await pulseUntilIdle(machine);
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.read("person.txt")).toBe("code\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a default branch that conflicts with home asks, and goes on once a person has merged",
  async () => {
    const { machine, worker } = aWorld({
      mission: full({ milestones: { first: { a: {} } } }),
      files: { "code.txt": "one\n" },
    });
    worker.does("a", 'echo worker > code.txt; echo "hello a" > a.txt; commit; echo "DONE: both"');
    await untilDone(machine, "a");
    machine.write({ "code.txt": "person\n", [featurePath("b")]: featureFile("b") });
    machine.commit("code and a feature");
    await untilAsked(machine, "toy", "conflicts with mission/toy/home in code.txt");
    await pulseUntilIdle(machine);
    machine.git("checkout", "-q", HOME);
    machine.tryGit("merge", "main");
    machine.write({ "code.txt": "both\n" });
    machine.commit("merged by hand");
    machine.git("checkout", "-q", "main");
    const sight = await untilDone(machine, "b");
    expect(sight.asks).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a default branch whose merge fails its gate asks, and home stays whole",
  async () => {
    const { machine } = aWorld({
      mission: full({ verify: [{ run: "test ! -f broken.txt" }], milestones: { first: { a: {} } } }),
    });
    await untilDone(machine, "a");
    machine.write({ "broken.txt": "broken\n", [featurePath("b")]: featureFile("b") });
    machine.commit("broken code and a feature");
    await untilAsked(machine, "toy", "did not pass its gate");
    await pulseUntilIdle(machine);
    expect(machine.show("broken.txt", HOME)).toBe(null);
    machine.remove("broken.txt");
    machine.commit("mended");
    const sight = await untilDone(machine, "b");
    expect(sight.asks).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a signed milestone waits while the default branch is in the middle of something",
  async () => {
    const { machine } = aWorld({
      mission: full({ milestones: { first: { a: {} }, second: { b: { status: "hold" } } } }),
    });
    await untilAsked(machine, "toy/first", "Sign it off");
    machine.write({ "a.txt": "in the way\n" });
    await machine.must("approve", "toy/first");
    await pulseOnce(machine);
    await pulseUntilIdle(machine);
    expect(machine.read("a.txt")).toBe("in the way\n");
    expect(subjects(machine, "merged: ")).toEqual([]);
    machine.remove("a.txt");
    await pulseUntil(machine, "the milestone is merged", () => machine.has("a.txt"));
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a default branch with other code gets a signed milestone after a gate of the merge",
  async () => {
    const { machine } = aWorld({ mission: full({ milestones: { first: { a: {} } } }) });
    await untilAsked(machine, "toy/first", "Sign it off");
    machine.write({ "person.txt": "code\n" });
    machine.commit("code of a person");
    await machine.must("approve", "toy/first");
    await pulseUntil(machine, "the milestone is merged", () => subjects(machine, "merged: first").length > 0);
    expect(subjects(machine, "verdict: first gate passed")).toHaveLength(1);
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.read("person.txt")).toBe("code\n");
    await pulseUntil(machine, "the mission is completed", (seen) => seen.mission().status === "completed");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a milestone that a person squashes into the default branch is merged",
  async () => {
    const { machine } = aWorld({ mission: full({ milestones: { first: { a: {} }, second: { b: {} } } }) });
    await untilAsked(machine, "toy/first", "Sign it off");
    machine.write({ "a.txt": "in the way\n" });
    await machine.must("approve", "toy/first");
    await pulseOnce(machine);
    machine.remove("a.txt");
    machine.git("merge", "-q", "--squash", HOME);
    machine.git("commit", "-q", "-m", "the first milestone");
    await pulseUntil(machine, "it is known as merged", () => subjects(machine, "merged: first").length > 0);
    await untilAsked(machine, "toy/second", "Sign it off");
    await machine.must("approve", "toy/second");
    await pulseUntil(machine, "the mission is completed", (seen) => seen.mission().status === "completed");
    await pulseUntilIdle(machine);
    expect(machine.git("ls-files", "*.txt")).toBe("a.txt\nb.txt");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a denied milestone is blocked with the person's words until there is more to do",
  async () => {
    const { machine } = aWorld({ mission: full({ milestones: { first: { a: {} } } }) });
    await untilAsked(machine, "toy/first", "Sign it off");
    await machine.must("deny", "toy/first", "b is missing");
    const sight = await pulseUntilIdle(machine);
    expect(sight.milestone("first").status).toBe("blocked");
    expect(sight.milestone("first").condition.message).toContain("b is missing");
    machine.write({ [featurePath("b")]: featureFile("b") });
    machine.commit("b as well");
    await untilDone(machine, "b");
    await untilAsked(machine, "toy/first", "Sign it off");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "without any check a person passes each thing, and nothing is green by itself",
  async () => {
    const { machine } = aWorld({
      mission: full({ verify: undefined, milestones: { first: { a: { verify: undefined } } } }),
    });
    await untilAsked(machine, "toy/a", "could not decide");
    expect(machine.show("a.txt", HOME)).toBe(null);
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    await untilAsked(machine, "toy/first", "there is nothing to check");
    await machine.must("approve", "toy/first");
    await untilAsked(machine, "toy/first", "Sign it off");
    await machine.must("approve", "toy/first");
    const ended = pulseUntil(
      machine,
      "the end waits or is there",
      (sight) => sight.asks.length > 0 || sight.mission().status === "completed",
    );
    if ((await ended).asks.length > 0) await machine.must("approve", "toy");
    await pulseUntil(machine, "the mission is completed", (sight) => sight.mission().status === "completed");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "with two signatures the first landing does not void the second",
  async () => {
    const { machine } = aWorld({ mission: full({ home: "default", sign_off: "feature" }) });
    await untilStatus(machine, { a: "needs_input (sign-off)", b: "needs_input (sign-off)" });
    const { asks } = await look(machine);
    expect(asks).toHaveLength(2);
    expect(
      machine
        .git("branch", "--list", "mission/toy/*")
        .split("\n")
        .map((name) => name.trim()),
    ).toEqual(["mission/toy/a", "mission/toy/b"]);
    await machine.must("approve", "toy/a");
    await machine.must("approve", "toy/b");
    await untilDone(machine, "a", "b");
    expect(subjects(machine, "answered: ")).toHaveLength(2);
    expect(subjects(machine, "asked: ")).toHaveLength(2);
    expect(machine.git("branch", "--list", "mission/toy/*")).toBe("");
    await pulseUntil(machine, "the mission is completed", (sight) => sight.mission().status === "completed");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a fix-up that a person pushes on the branch of a feature is what is gated and lands",
  async () => {
    const { machine } = aWorld({
      mission: full({ home: "default", sign_off: "feature", milestones: { first: { a: {} } } }),
    });
    await untilStatus(machine, { a: "needs_input (sign-off)" });
    await waitForRuns(machine);
    machine.git("checkout", "-q", "mission/toy/a");
    machine.write({ "fixed.txt": "by a person\n" });
    machine.commit("fix it up");
    machine.git("checkout", "-q", "main");
    await pulseOnce(machine);
    const before = await pulseUntilIdle(machine);
    expect(before.of("a")).toBe("needs_input (sign-off)");
    expect(before.asks).toHaveLength(1);
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    expect(machine.read("fixed.txt")).toBe("by a person\n");
    await endWell(machine);
  },
  LIMIT,
);
