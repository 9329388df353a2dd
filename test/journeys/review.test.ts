/** A coder on one runtime, a reviewer on another: nothing lands before fresh eyes have seen it, and what they find goes back. */

import { expect, test } from "vitest";
import { temporaryFolder, writeScript } from "../helpers/repositories.ts";
import { endWell } from "./kit/end-well.ts";
import { subjects } from "./kit/ledgers.ts";
import type { Machine } from "./kit/machine.ts";
import { configFile, type MissionWords } from "./kit/mission-files.ts";
import { pulseOnce, pulseTogether, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { complete, untilDone, untilStatus } from "./kit/steps.ts";
import type { Worker } from "./kit/workers.ts";
import { aWorld as anyWorld, aRemoteWorld, type World } from "./kit/world.ts";

const LIMIT = 120_000;
const HOME = "mission/toy/home";
const ROLE = `---
name: reviewer
description: Looks.
model: thinking
runtime: eyes
---
Look twice.
`;

const MISSION: MissionWords = {
  mode: "full",
  home: "branch",
  sign_off: "mission",
  budget: { usd: 100 },
  verify: [{ run: "test -f README.md" }],
  milestones: { first: { a: {} } },
};

/** Two runtimes of the same script: one works, the other one looks. */
function settings({ script }: Worker, eyes: readonly string[] = ["sh", script]): string {
  const hands = { kind: "command", run: ["sh", script], cost: "unknown" };
  const header = { runtime: "hands", runtimes: { hands, eyes: { ...hands, run: eyes } } };
  return configFile(script, { cost: "none", header });
}

/** The reviewer of this repository is its own role, on a runtime of its own. */
function aWorld(mission: MissionWords = {}): World {
  const world = anyWorld({
    mission: { ...MISSION, ...mission },
    files: { "missions/agents/reviewer.md": ROLE },
  });
  const { machine, worker } = world;
  machine.write({ "missions/config.md": settings(worker) });
  machine.commit("two runtimes");
  worker.does(
    "default",
    'echo "hello $MISSION_FEATURE" > "$MISSION_FEATURE.txt"; commit; echo \'USAGE: {"usd":0.5}\'; echo "DONE: wrote it"',
  );
  worker.does("default-review", passes());
  return world;
}

function passes(): string {
  return "echo 'USAGE: {\"usd\":0.25}'; echo 'VERDICT: passed'";
}

function finds(what: string): string {
  return `printf '## %s\\nIt says hello.\\n' "${what}" > "$MISSION_HANDOFF_FILE"; echo "VERDICT: failed ${what}"`;
}

function reviews(machine: Machine): string[] {
  return subjects(machine, "verdict: ").filter((subject) => subject.includes(" review "));
}

test(
  "work is gated, then reviewed by another runtime, then it lands; the feature pays",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("review-a", `touch left.txt; git commit -qam mine --allow-empty; ${passes()}`);
    const sight = await untilDone(machine, "a");
    expect(reviews(machine)).toEqual(["verdict: a review passed"]);
    const order = subjects(machine, "").filter((subject) => / a | a$|^landed/.test(subject));
    expect(order.indexOf("claim: a gate")).toBeLessThan(order.indexOf("claim: a review"));
    expect(sight.feature("a").cost.usd).toBeCloseTo(0.75);
    expect(machine.show("left.txt", HOME)).toBe(null);
    const prompt = worker.prompt("review-a");
    expect(prompt).toContain("Look twice.");
    expect(prompt).toContain("+hello a");
    expect(prompt).toContain("- [ ] a.txt is there");
    expect(prompt).toContain("passed: test -f README.md");
    expect(prompt).not.toContain("+status: done");
    expect(prompt.indexOf("A claim, not evidence")).toBeGreaterThan(prompt.indexOf("+hello a"));
    const told = await machine.must("explain", "toy/a");
    expect(told).toContain("review: passed");
    expect(await machine.must("show", "toy/a")).toContain("review");
    await complete(machine);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "what a reviewer finds goes back with its findings, twice, and the third time it lands",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("a", 'echo "hello $MISSION_ATTEMPT" > a.txt; commit; echo "DONE: wrote it"');
    worker.does("review-a.1", finds("it greets the first"));
    worker.does("review-a.2", finds("it greets the second"));
    const sight = await untilDone(machine, "a");
    expect(sight.feature("a")).toMatchObject({ attempt: 3, round: 2 });
    expect(reviews(machine)).toEqual([
      "verdict: a review failed",
      "verdict: a review failed",
      "verdict: a review passed",
    ]);
    expect(worker.prompt("a", 2)).toContain("A reviewer sent the work back.");
    expect(worker.prompt("a", 2)).toContain("## it greets the first");
    expect(worker.prompt("a", 3)).toContain("## it greets the second");
    expect(worker.prompt("a", 3)).not.toContain("it greets the first");
    expect(worker.prompt("review-a", 2)).toContain("## it greets the first");
    expect(machine.show("a.txt", HOME)).toBe("hello 3\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "after three rounds a person decides, and may pass the very work that was judged",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("a", 'echo "hello $MISSION_ATTEMPT" > a.txt; commit; echo "DONE: wrote it"');
    worker.does("review-a", finds("never good enough"));
    const sight = await untilStatus(machine, { a: "blocked (rounds)" });
    expect(sight.feature("a").condition.message).toContain("review failed: never good enough");
    await pulseUntilIdle(machine);
    expect(reviews(machine)).toHaveLength(3);
    await machine.must("approve", "toy/a", "--override", "It is good enough for me");
    await untilDone(machine, "a");
    expect(reviews(machine)).toHaveLength(4);
    expect(machine.show("a.txt", HOME)).toBe("hello 3\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a reviewer without a verdict leaves it to a person, whose no goes back with their words",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("a.2", 'echo "hello again" > a.txt; commit; echo "DONE: wrote it"');
    worker.does("review-a.1", 'echo "I can not tell whether that is polite"; echo "DONE: looked"');
    worker.does("review-a.2", 'echo "VERDICT: inconclusive no printer here"');
    await untilStatus(machine, { a: "needs_input (inconclusive)" });
    const { asks } = await pulseUntilIdle(machine);
    expect(asks).toHaveLength(1);
    expect(asks[0]?.text).toContain("I can not tell whether that is polite");
    await machine.must("deny", "toy/a", "it is not polite");
    await pulseUntil(machine, "it is asked again", (seen) =>
      seen.asks.some(({ text }) => text.includes("no printer here")),
    );
    expect(worker.prompt("a", 2)).toContain("it is not polite");
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    expect(machine.show("a.txt", HOME)).toBe("hello again\n");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "when home moves after a review only the gate runs again",
  async () => {
    const { machine, worker } = aWorld({ milestones: { first: { a: { risk: "red" }, b: {} } } });
    await untilStatus(machine, { a: "needs_input (approval)" });
    await untilDone(machine, "b");
    await machine.must("approve", "toy/a");
    await untilDone(machine, "a");
    expect(reviews(machine).filter((subject) => subject.includes(" a "))).toHaveLength(1);
    expect(subjects(machine, "claim: a gate")).toHaveLength(2);
    expect(worker.prompt("review-a")).toContain("hello a");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a reviewer whose process is killed is recovered, and another one looks",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("review-a.1", `hold; ${passes()}`);
    worker.hold("review-a");
    await reachReview(machine, worker);
    const live = machine.state.listRuns().find(({ order, closed }) => order.runKind === "review" && !closed);
    process.kill(live?.order.owner.pid ?? 0, "SIGKILL");
    await waitForRuns(machine);
    worker.release("review-a");
    const sight = await untilDone(machine, "a");
    expect(sight.feature("a").attempt).toBe(1);
    expect(subjects(machine, "run-ended: ").filter((subject) => subject.endsWith(" lost"))).toHaveLength(1);
    expect(reviews(machine)).toEqual(["verdict: a review passed"]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a reviewer of work that nobody wants any more is withdrawn",
  async () => {
    const { machine, worker } = aWorld();
    worker.does("review-a", `hold; ${passes()}`);
    worker.hold("review-a");
    await reachReview(machine, worker);
    await machine.must("cancel", "toy/a");
    await pulseOnce(machine);
    await pulseUntilIdle(machine);
    expect(reviews(machine)).toEqual([]);
    expect(subjects(machine, "run-ended: review-a")[0]).toContain("stopped");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "review: none turns it off, and a poc has none",
  async () => {
    const { machine } = aWorld({ review: "none" });
    await untilDone(machine, "a");
    expect(reviews(machine)).toEqual([]);
    await endWell(machine);
    const poc = aWorld({ mode: "poc", home: "default" });
    await untilDone(poc.machine, "a");
    expect(reviews(poc.machine)).toEqual([]);
  },
  LIMIT,
);

test(
  "a reviewer that no runtime can play holds the landing and says why",
  async () => {
    const { machine } = aWorld({ review: "nobody" });
    const sight = await pulseUntil(
      machine,
      "a waits for a reviewer",
      (seen) => seen.of("a") === "review (unknown-role)",
    );
    expect(sight.feature("a").condition.message).toContain("nobody");
    await pulseUntilIdle(machine);
    machine.edit("missions/toy/mission.md", /^review: nobody$/m, "review: reviewer");
    machine.commit("the reviewer there is");
    await untilDone(machine, "a");
    expect(reviews(machine)).toHaveLength(1);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a host without the reviewer's program leaves the review to one that has it",
  async () => {
    const { clone, worker } = aRemoteWorld({ mission: { ...MISSION }, files: { "missions/agents/reviewer.md": ROLE } });
    const [anna, bert] = [clone("Anna"), clone("Bert")];
    const bin = temporaryFolder("bin");
    writeScript(bin, "eyes", 'exec sh "$@"');
    bert.env.PATH = `${bin}:${bert.env.PATH}`;
    anna.write({ "missions/config.md": settings(worker, ["eyes", worker.script]) });
    anna.commit("only Bert has eyes");
    anna.git("push", "-q", "origin", "HEAD:main");
    worker.does("default-review", passes());
    const waiting = await pulseUntil(anna, "a waits", (seen) => seen.of("a") === "review (no-capable-host)");
    expect(waiting.feature("a").condition.message).toContain("eyes");
    const sight = await pulseTogether([bert, anna], "a is done", (seen) => seen.of("a") === "done");
    expect(sight.feature("a").attempt).toBe(1);
    expect(reviews(bert)).toEqual(["verdict: a review passed"]);
    expect(worker.prompt("review-a")).toContain("+hello a");
  },
  LIMIT,
);

test(
  "an assertion that asks an agent is answered on the finished milestone, and its no makes a fix",
  async () => {
    const { machine, worker } = aWorld({
      review: "none",
      milestones: { first: { a: { fulfills: ["VAL-A-001"] } } },
      contract:
        "### VAL-A-001: It is kind\nIt greets.\n\n```yaml verify\nmethod: agent\nrole: judge\nask: Does it greet whoever reads it?\n```\n",
    });
    machine.write({ "missions/agents/judge.md": ROLE.replaceAll("reviewer", "judge") });
    machine.commit("a judge");
    worker.does(
      "default-validate",
      `grep -q friend a.txt fix*.txt && { echo "It greets a friend."; echo "VERDICT: passed"; } || { echo "It greets nobody."; echo "VERDICT: failed nobody is greeted"; }`,
    );
    worker.does("default", 'echo "hello friend" > "$MISSION_FEATURE.txt"; commit; echo "DONE: wrote it"');
    worker.does("a", 'echo "hello" > a.txt; commit; echo "DONE: wrote it"');
    await complete(machine);
    const verdicts = subjects(machine, "verdict: first validate");
    expect(verdicts).toEqual(["verdict: first validate failed", "verdict: first validate passed"]);
    const prompt = worker.prompt("validate-");
    expect(prompt).toContain("Look twice.");
    expect(prompt).toContain("Does it greet whoever reads it?");
    expect(prompt).toContain("VAL-A-001: It is kind");
    await endWell(machine);
  },
  LIMIT,
);

async function reachReview(machine: Machine, worker: Worker): Promise<void> {
  await pulseUntil(machine, "the review is under way", (seen) => seen.json.runs.some(({ kind }) => kind === "review"));
  await waitUntil("the reviewer has begun", () => worker.isWaiting("review-a"));
  await pulseOnce(machine);
}
