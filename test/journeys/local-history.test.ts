/** A person works on home's history by hand: reverts, rebases, squashes, merges, and writes statuses. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { featureFile, featurePath } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { complete, untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
const ONE = { milestones: { first: { a: {} } } };
/** Keeps the mission open, so that nothing but the feature moves. */
const OPEN = { milestones: { first: { a: {}, later: { status: "hold" } } } };
const FILE = featurePath("a");

function landings(machine: Machine, feature = "a"): string[] {
  const subjects = machine.git("log", "--format=%s", "refs/mission/ledger/toy").split("\n");
  return subjects.filter((subject) => subject.startsWith(`landed: ${feature} `));
}

function claims(machine: Machine): string[] {
  return machine
    .git("log", "--format=%s", "refs/mission/ledger/toy")
    .split("\n")
    .filter((subject) => /^claim: \S+ attempt/.test(subject));
}

test(
  "a reverted landing is dispatched only after a retry, and then old and new code land",
  async () => {
    const { machine, worker } = aWorld({ mission: OPEN });
    worker.does("a.2", 'echo more > more.txt; commit; echo "DONE: more"');
    await untilDone(machine, "a");
    machine.git("revert", "--no-edit", "HEAD");
    expect(machine.has("a.txt")).toBe(false);

    await untilStatus(machine, { a: "blocked (reverted)" });
    const idle = await pulseUntilIdle(machine);
    expect(idle.of("a")).toBe("blocked (reverted)");
    expect(idle.feature("a").condition.next).toBe("mission retry toy/a");
    expect(claims(machine)).toHaveLength(1);

    await machine.must("retry", "toy/a", "do more");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.read("more.txt")).toBe("more\n");
    expect(landings(machine)).toHaveLength(2);
    const told = worker.prompt("a", 2);
    expect(told).toContain("a person took it back");
    expect(told).toContain("It is part of the work that is here already");
    expect(told).toContain('Anna wrote:\n\n```text\nRevert "');
    expect(told).toContain("Anna <anna@example.com> wrote:\n\n```text\ndo more\n```");
    expect(told).not.toContain("+hello a");
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "a reverted change that does not fit on home any more is shown to the next worker",
  async () => {
    const { machine, worker } = aWorld({ mission: OPEN, files: { "a.txt": "old\n" } });
    worker.does("a.2", 'echo newest > a.txt; commit; echo "DONE: anew"');
    await pulseOnce(machine);
    await waitForRuns(machine);
    const [ref = ""] = machine.git("for-each-ref", "--format=%(refname)", "refs/mission/in").split("\n");
    machine.git("merge", "-q", "--no-ff", "-m", "merged by hand", ref);
    await untilDone(machine, "a");
    machine.edit(FILE, "status: done", "status: todo");
    machine.write({ "a.txt": "other\n" });
    machine.commit("Not like this: it must not say hello");
    await untilStatus(machine, { a: "blocked (reverted)" });
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    const told = worker.prompt("a", 2);
    expect(told).toContain("Not like this: it must not say hello");
    expect(told).toContain("It is not in your workspace");
    expect(told).not.toContain("do not begin again");
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "a revert is also released by a later change of what is asked",
  async () => {
    const { machine, worker } = aWorld({ mission: OPEN });
    worker.does("a.2", 'echo more > more.txt; commit; echo "DONE: more"');
    await untilDone(machine, "a");
    machine.git("revert", "--no-edit", "HEAD");
    await untilStatus(machine, { a: "blocked (reverted)" });
    machine.edit(FILE, "Make a.txt.", "Make a.txt and more.txt.");
    machine.commit("ask for more");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    expect(machine.read("more.txt")).toBe("more\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a person rebases home: what was done stays done, and the rest goes on",
  async () => {
    const { machine } = aWorld({ mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] } } } } });
    machine.git("branch", "old");
    await untilDone(machine, "a");
    await waitForRuns(machine);
    machine.git("checkout", "-q", "old");
    machine.write({ "base.txt": "below\n" });
    machine.commit("below everything");
    machine.git("checkout", "-q", "main");
    machine.git("rebase", "-q", "old");

    await untilDone(machine, "a", "b");
    expect(landings(machine)).toHaveLength(1);
    expect(machine.git("ls-files", "*.txt")).toBe("a.txt\nb.txt\nbase.txt");
    await complete(machine);
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "a person squashes landings: each keeps its one landed",
  async () => {
    const { machine } = aWorld();
    const start = machine.git("rev-parse", "HEAD");
    await untilDone(machine, "a", "b");
    await waitForRuns(machine);
    machine.git("reset", "-q", "--soft", start);
    machine.git("commit", "-q", "-m", "a and b in one");
    await complete(machine);
    expect(landings(machine, "a")).toHaveLength(1);
    expect(landings(machine, "b")).toHaveLength(1);
    await endWell(machine, { rewritten: ["a", "b"] });
  },
  LIMIT,
);

test(
  "work that a person merges by hand and marks done gets one landed",
  async () => {
    const { machine, worker } = aWorld({ mission: { ...OPEN, verify: [] } });
    worker.does("a", 'echo "hello a" > a.txt; commit; hold; echo "DONE: wrote it"');
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker has committed", () => worker.isWaiting("a"));
    machine.write({ "a.txt": "hello a\n" });
    machine.edit(FILE, "status: todo", "status: done");
    machine.commit("done by hand");
    await pulseOnce(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.of("a")).toBe("done");
    expect(landings(machine)).toHaveLength(1);
    expect(machine.git("log", "--format=%s", "refs/mission/ledger/toy")).toContain("stopped");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "delivered work that a person merges by hand lands as a pure change of its status",
  async () => {
    const { machine } = aWorld({ mission: OPEN });
    const isDelivered = () => machine.git("log", "--format=%s", "refs/mission/ledger/toy").includes("a-1-");
    await pulseOnce(machine);
    await waitForRuns(machine);
    expect(isDelivered()).toBe(true);
    const [ref = ""] = machine.git("for-each-ref", "--format=%(refname)", "refs/mission/in").split("\n");
    machine.git("merge", "-q", "--no-ff", "-m", "merged by hand", ref);
    await untilDone(machine, "a");
    expect(landings(machine)).toHaveLength(1);
    expect(machine.git("show", "--stat", "--format=", "main")).toMatch(
      /milestones\/01-first\/a\.md .*\n 1 file changed, 1 insert/,
    );
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a done that a person types gets one landed, and no worker",
  async () => {
    const { machine } = aWorld({ mission: ONE });
    machine.write({ "a.txt": "by hand\n" });
    machine.edit(FILE, "status: todo", "status: done");
    machine.commit("done by hand");
    await complete(machine);
    expect(landings(machine)).toHaveLength(1);
    expect(claims(machine)).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "work for a spec that was edited meanwhile is not gated, and the next run goes on from it",
  async () => {
    const { machine, worker } = aWorld({ mission: OPEN });
    worker.does("a.1", 'echo "hello a" > a.txt; commit; hold; echo "DONE: the old one"');
    worker.does("a.2", 'cat a.txt > both.txt; echo new > new.txt; commit; echo "DONE: the new one"');
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker has committed", () => worker.isWaiting("a"));
    machine.edit(FILE, "Make a.txt.", "Make a.txt and new.txt, in capitals.");
    machine.commit("ask for something else");
    worker.release("a");

    const sight = await untilStatus(machine, { a: "in_progress (running)" }).then(() =>
      pulseUntil(machine, "the second run", (seen) => seen.feature("a").attempt === 2),
    );
    expect(sight.feature("a").round).toBe(0);
    expect(machine.git("log", "--format=%s", "refs/mission/ledger/toy")).not.toContain("gate");
    await untilDone(machine, "a");
    expect(machine.read("both.txt")).toBe("hello a\n");
    expect(worker.prompt("a", 2)).toContain("+Make a.txt and new.txt, in capitals.");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "an edit of a file's other keys keeps the delivered work",
  async () => {
    const { machine, worker } = aWorld({ mission: OPEN });
    worker.does("a", 'echo "hello a" > a.txt; commit; hold; echo "DONE: wrote it"');
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker has committed", () => worker.isWaiting("a"));
    machine.edit(FILE, "title: Feature a", "title: Feature a\npriority: 1");
    machine.commit("a priority");
    worker.release("a");
    await untilDone(machine, "a");
    expect(claims(machine)).toHaveLength(1);
    expect(machine.read(FILE)).toContain("priority: 1\nstatus: done\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a milestone inserted before a passed one becomes the current one",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: {} }, second: { b: {} }, third: { c: { status: "hold" } } } },
    });
    await untilDone(machine, "a", "b");
    await pulseUntil(machine, "second is passed", (sight) => sight.milestone("second").status === "passed");
    const place = "missions/toy/milestones/01a-inserted";
    machine.write({ [`${place}/milestone.md`]: "---\ntitle: Inserted\n---\n", [`${place}/x.md`]: featureFile("x") });
    machine.commit("insert a milestone");
    const sight = await pulseUntil(machine, "x is at work", (seen) => seen.of("x") === "in_progress (running)");
    expect(sight.milestone("inserted").status).toBe("active");
    expect(sight.milestone("second").status).toBe("passed");
    await untilDone(machine, "x");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a feature that needs a cancelled one is blocked and says so",
  async () => {
    const { machine } = aWorld({
      mission: { milestones: { first: { a: { status: "cancelled" }, b: { depends_on: ["a"] } } } },
    });
    const sight = await untilStatus(machine, { b: "blocked (invalid)" });
    expect(sight.feature("b").condition.message).toContain("needs a, which is cancelled");
    expect(sight.mission().status).toBe("blocked");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a landing that a person resets away is a reverted one",
  async () => {
    const { machine } = aWorld({ mission: OPEN });
    await untilDone(machine, "a");
    machine.git("reset", "-q", "--hard", "HEAD~1");
    await untilStatus(machine, { a: "blocked (reverted)" });
    await machine.must("retry", "toy/a");
    await untilDone(machine, "a");
    expect(machine.read("a.txt")).toBe("hello a\n");
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "home that is rebased while work is under way takes that work in",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: {}, b: {}, later: { status: "hold" } } } },
    });
    worker.does("b", 'echo "hello b" > b.txt; commit; hold; echo "DONE: b"');
    worker.hold("b");
    machine.git("branch", "old");
    await untilDone(machine, "a");
    machine.git("checkout", "-q", "old");
    machine.write({ "base.txt": "below\n" });
    machine.commit("below everything");
    machine.git("checkout", "-q", "main");
    machine.git("rebase", "-q", "old");
    worker.release("b");
    await untilDone(machine, "b");
    expect(machine.git("ls-files", "*.txt")).toBe("a.txt\nb.txt\nbase.txt");
    expect(landings(machine, "a")).toHaveLength(1);
    expect(claims(machine)).toHaveLength(2);
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);

test(
  "a landing that is reverted while another one is gated does not come back with it",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: {}, b: {}, later: { status: "hold" } } } },
    });
    worker.does("b", 'echo "hello b" > b.txt; commit; hold; echo "DONE: b"');
    worker.hold("b");
    await untilDone(machine, "a");
    machine.git("revert", "--no-edit", "HEAD");
    worker.release("b");
    await untilStatus(machine, { a: "blocked (reverted)", b: "done" });
    expect(machine.git("ls-files", "*.txt")).toBe("b.txt");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what a person puts on home is gated at once, and no work is judged on it until it is mended",
  async () => {
    const words = { mode: "full", home: "branch", sign_off: "mission", verify: [{ run: "! test -e broken" }] };
    const milestones = { first: { a: {}, b: { depends_on: ["a"] }, later: { status: "hold" } } };
    const { machine, worker } = aWorld({ mission: { ...words, milestones } });
    worker.hold("b");
    await untilDone(machine, "a");
    machine.git("switch", "-q", "mission/toy/home");
    machine.write({ broken: "" });
    machine.commit("broken by hand");
    machine.git("switch", "-q", "main");
    worker.release("b");

    const asked = await pulseUntil(machine, "a person is asked", ({ asks }) =>
      asks.some(({ text }) => text.includes("does not pass")),
    );
    expect(asked.mission().unjudged?.code).toBe("home-failed");
    const idle = await pulseUntilIdle(machine);
    expect(idle.of("b")).toBe("review (gating)");

    machine.git("switch", "-q", "mission/toy/home");
    machine.git("revert", "--no-edit", "HEAD");
    machine.git("switch", "-q", "main");
    const sight = await untilDone(machine, "b");
    expect(sight.mission().unjudged).toBeNull();
    expect(sight.feature("b").attempt).toBe(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "work that was made on a landing which a person takes off home by force does not bring it back",
  async () => {
    const milestones = { first: { a: {}, b: { depends_on: ["a"] }, later: { status: "hold" } } };
    const { machine, worker } = aWorld({ mission: { milestones } });
    worker.does("b", 'test -f a.txt && echo "hello b" > b.txt; commit; hold; echo "DONE: wrote it"');
    worker.hold("b");
    await untilDone(machine, "a");
    await waitUntil("b is made on the landing of a", () => worker.isWaiting("b"));
    machine.git("reset", "-q", "--hard", "HEAD^");
    worker.release("b");
    const sight = await untilDone(machine, "b");
    expect(sight.of("a")).toBe("blocked (reverted)");
    expect(machine.has("a.txt")).toBe(false);
    expect(machine.read("b.txt")).toBe("hello b\n");
    await endWell(machine, { rewritten: ["a"] });
  },
  LIMIT,
);
