/** What is judged when the features are done: validations, fixes, overrides, the contract, the report. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import { assertion, featurePath } from "./kit/mission-files.ts";
import { pulseUntil, pulseUntilIdle } from "./kit/pulses.ts";
import { complete, untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const FIX = /^fix-/;

/** A world whose one assertion asks for what the feature's own check does not. */
function aStrictWorld(run: string, words: Record<string, unknown> = {}) {
  return aWorld({
    mission: {
      milestones: { first: { a: { fulfills: ["VAL-A-001"] } } },
      contract: assertion("VAL-A-001", "a says hello twice", run),
      ...words,
    },
  });
}

test(
  "a validation that fails adds a fix feature, which lands, and then the contract passes",
  async () => {
    const { machine, worker } = aStrictWorld('test "$(grep -c hello a.txt)" = 2');
    worker.does("a", 'echo "hello a" > a.txt; commit; echo "DONE: once"');
    worker.does("default", 'echo "hello again" >> a.txt; commit; echo "DONE: twice"');
    const fixing = await pulseUntil(machine, "a fix is there", (sight) =>
      sight.milestone("first").features.some(({ id }) => FIX.test(id)),
    );
    const fix = fixing.milestone("first").features.find(({ id }) => FIX.test(id))?.id ?? "";
    expect(fix).toMatch(/^fix-val-a-001-[0-9a-f]{4}$/);
    expect(fixing.milestone("first").status).toBe("failed");
    expect(machine.read(featurePath(fix))).toContain("VAL-A-001");

    await complete(machine);
    expect(worker.prompt(fix)).toContain("VAL-A-001");
    expect(machine.read("a.txt")).toBe("hello a\nhello again\n");
    expect(subjects(machine, "verdict: first validate").map((subject) => subject.split(" ").at(-1))).toEqual([
      "failed",
      "passed",
    ]);
    expect(machine.read("missions/toy/report.md")).toMatch(/VAL-A-001/);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "the same failure in two rounds blocks and asks, and a retry goes on",
  async () => {
    const { machine, worker } = aStrictWorld("test -f twice.txt || { echo twice.txt is missing; exit 1; }");
    worker.does("default", 'echo useless > $MISSION_FEATURE.txt; commit; echo "DONE: I think"');
    worker.does("a", 'echo a > a.txt; commit; echo "DONE: a"');
    machine.edit("missions/toy/mission.md", "mode: poc", "mode: poc\nverify: []");
    machine.commit("nothing more to verify");
    const isFixed = () => machine.git("ls-files", "missions").includes("fix-");
    await pulseUntil(machine, "a fix is there", isFixed);
    // What the fix is verified by would send it back; here it is taken for good.
    const path =
      machine
        .git("ls-files", "missions")
        .split("\n")
        .find((file) => file.includes("fix-")) ?? "";
    machine.edit(path, /^verify:(?:.*\n)(?: .*\n)*/m, "");
    machine.commit("no check of the fix");
    const sight = await pulseUntil(machine, "it is a loop", (seen) => seen.milestone("first").status === "blocked");
    expect(sight.milestone("first").condition.code).toBe("loop");
    const idle = await pulseUntilIdle(machine);
    expect(idle.asks).toHaveLength(1);
    expect(idle.mission().status).toBe("blocked");
    expect(idle.milestone("first").condition.next).toContain("mission retry toy/first");

    machine.write({ "twice.txt": "by a person\n" });
    machine.commit("twice.txt");
    await machine.must("retry", "toy/first");
    await pulseUntil(machine, "it passes", (seen) => seen.milestone("first").status === "passed");
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a person overrides a failed validation with a reason, which the report has",
  async () => {
    const { machine, worker } = aStrictWorld("test -f never.txt");
    worker.does("default", 'echo "BLOCKED: never"');
    worker.does("a", 'echo a > a.txt; commit; echo "DONE: a"');
    await pulseUntil(machine, "the fix is stuck", (sight) =>
      sight.milestone("first").features.some(({ id, status }) => FIX.test(id) && status === "blocked"),
    );
    const fix =
      machine
        .git("ls-files", "missions")
        .split("\n")
        .find((file) => file.includes("/fix-")) ?? "";
    const id = fix.split("/").at(-1)?.replace(".md", "") ?? "";
    await machine.must("cancel", `toy/${id}`);
    await pulseUntilIdle(machine);
    const { code } = await machine.say("approve", "toy/first", "--override", " ");
    expect(code).not.toBe(0);
    await machine.must("approve", "toy/first", "--override", "never is fine with us");
    await pulseUntil(machine, "it is passed", (sight) => sight.milestone("first").status === "passed");
    const final = await pulseUntilIdle(machine);
    if (final.mission().status !== "completed" && final.asks.some(({ text }) => !text.includes("Sign it off"))) {
      await machine.must("approve", "toy", "--override", "and at the end as well");
    }
    await complete(machine);
    expect(machine.read("missions/toy/report.md")).toContain("never is fine with us");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a manual assertion waits for a person",
  async () => {
    const { machine } = aStrictWorld("", { contract: assertion("VAL-A-001", "a is a nice file") });
    const sight = await pulseUntil(machine, "a person is asked", ({ asks }) => asks.length > 0);
    expect(sight.milestone("first").status).toBe("needs_input");
    expect(sight.asks[0]?.text).toContain("VAL-A-001");
    await machine.must("approve", "toy/first", "it is");
    await pulseUntil(machine, "the whole contract asks once more", ({ asks }) => asks.length > 0);
    await machine.must("approve", "toy", "it still is");
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "the final run of the contract finds what a later milestone broke",
  async () => {
    const { machine, worker } = aWorld({
      mission: {
        milestones: { first: { a: { fulfills: ["VAL-A-001"] } }, second: { b: {} } },
        contract: assertion("VAL-A-001", "a says hello", "grep -q hello a.txt"),
      },
    });
    worker.does("b", 'echo gone > a.txt; echo b > b.txt; commit; echo "DONE: b"');
    worker.does("default", 'echo "hello again" > a.txt; commit; echo "DONE: back"');
    worker.does("a", 'echo hello > a.txt; commit; echo "DONE: a"');
    await complete(machine);
    expect(machine.read("a.txt")).toBe("hello again\n");
    expect(subjects(machine, "verdict: final validate failed")).toHaveLength(1);
    expect(machine.git("ls-files", "missions/toy/milestones/02-second")).toMatch(/fix-val-a-001/);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an assertion whose feature is cancelled is dropped and listed in the report",
  async () => {
    const { machine } = aWorld({
      mission: {
        milestones: { first: { a: { fulfills: ["VAL-A-001"] }, b: { fulfills: ["VAL-B-001"], status: "cancelled" } } },
        contract:
          assertion("VAL-A-001", "a is there", "test -f a.txt") + assertion("VAL-B-001", "b is there", "test -f b.txt"),
      },
    });
    await complete(machine);
    expect(machine.read("missions/toy/report.md")).toContain("VAL-B-001");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "checks of a milestone are asked at its end, with the code of home and nothing of the person's",
  async () => {
    const { machine } = aWorld({
      mission: {
        milestones: { first: { a: {} } },
        milestoneHeaders: { first: { verify: [{ run: "test ! -e uncommitted.txt && cat a.txt", timeout: "1m" }] } },
      },
    });
    machine.write({ "uncommitted.txt": "the person's\n" });
    await untilDone(machine, "a");
    await pulseUntil(machine, "it is passed", (sight) => sight.milestone("first").status === "passed");
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);
