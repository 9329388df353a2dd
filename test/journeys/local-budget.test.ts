/** What runs reserve, spend and settle, and what happens when it is used up. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import { subjects, trailer } from "./kit/ledgers.ts";
import { featurePath } from "./kit/mission-files.ts";
import { pulseOnce, pulseUntil, pulseUntilIdle, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone, untilStatus } from "./kit/steps.ts";
import { aWorld, type WorldWords } from "./kit/world.ts";

const LIMIT = 120_000;

/** A world whose worker costs what it says. */
function paidWorld(words: WorldWords = {}) {
  return aWorld({ ...words, paid: true });
}

test(
  "a run reserves its cap, settles what it said, and the figures are in the status",
  async () => {
    const { machine, worker } = paidWorld({
      mission: {
        budget: { usd: 20, hours: 10, tokens: 5000 },
        milestones: { first: { a: {}, z: { status: "hold" } } },
      },
    });
    worker.does(
      "a",
      `hold; echo 'USAGE: {"usd":1.25,"input":100,"output":20,"cached":7}'; echo a > a.txt; commit; echo "DONE: a"`,
    );
    worker.hold("a");
    await pulseOnce(machine);
    await waitUntil("the worker is there", () => worker.isWaiting("a"));
    const running = await machine.status();
    expect(running.missions[0]?.budget).toMatchObject({
      usd: { limit: 20, reported: 0, priced: 0, assumed: 0, reserved: 5 },
      tokens: { limit: 5000, spent: 0 },
    });
    worker.release("a");
    const sight = await untilDone(machine, "a");
    const { usd, tokens, hours } = sight.mission().budget;
    expect(usd).toEqual({ limit: 20, reported: 1.25, priced: 0, assumed: 0, subscription: 0, reserved: 0 });
    expect(tokens).toEqual({ limit: 5000, spent: 120 });
    expect(hours.limit).toBe(10);
    expect(sight.feature("a").cost).toEqual({ usd: 1.25, source: "reported", subscription: 0 });
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that never says what it costs is settled at what was reserved",
  async () => {
    const { machine } = paidWorld({ mission: { milestones: { first: { a: { size: "S" }, z: { status: "hold" } } } } });
    const sight = await untilDone(machine, "a");
    expect(sight.mission().budget.usd).toMatchObject({ reported: 0, assumed: 2, reserved: 0 });
    expect(sight.feature("a").cost).toEqual({ usd: 2, source: "assumed", subscription: 0 });
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a mission whose budget is used up asks once, and goes on when a person raises it",
  async () => {
    const { machine, worker } = paidWorld({
      mission: {
        budget: { usd: 3 },
        milestones: { first: { a: {}, b: { depends_on: ["a"] }, c: { depends_on: ["a"] } } },
      },
    });
    worker.does("a", `echo 'USAGE: {"usd":3}'; echo a > a.txt; commit; echo "DONE: a"`);
    for (const name of ["b", "c"])
      worker.does(name, `echo 'USAGE: {"usd":1}'; echo ${name} > ${name}.txt; commit; echo "DONE: it"`);
    const sight = await untilStatus(machine, { b: "needs_input (budget)", c: "needs_input (budget)" });
    expect(sight.mission().budget.usd).toMatchObject({ limit: 3, reported: 3 });
    const idle = await pulseUntilIdle(machine);
    expect(idle.asks).toHaveLength(1);
    expect(idle.feature("b").condition.next).toContain("mission budget toy");
    expect((await machine.say("approve", "toy")).code).not.toBe(0);
    await machine.must("budget", "toy", "usd=10");
    const done = await untilDone(machine, "b", "c");
    expect(done.asks.filter(({ text }) => text.includes("budget"))).toEqual([]);
    expect(done.mission().budget.usd).toMatchObject({ limit: 10, reported: 5 });
    expect(machine.read("missions/toy/mission.md")).toContain('budget: {"usd":10}');
    await endWell(machine);
  },
  LIMIT,
);

test(
  "several runs at once never reserve more than there is",
  async () => {
    const { machine, worker } = paidWorld({
      mission: { budget: { usd: 8 }, milestones: { first: { a: {}, b: {}, c: {} } } },
      config: { parallel: 3 },
    });
    worker.does("default", `hold; echo 'USAGE: {"usd":0.5}'; echo x > $MISSION_FEATURE.txt; commit; echo "DONE: it"`);
    for (const name of ["a", "b", "c"]) worker.hold(name);
    await pulseOnce(machine);
    const status = await machine.status();
    expect(status.missions[0]?.budget.usd.reserved).toBe(8);
    expect(status.runs).toHaveLength(2);
    for (const name of ["a", "b", "c"]) worker.release(name);
    const sight = await untilDone(machine, "a", "b", "c");
    expect(sight.mission().budget.usd).toMatchObject({ reported: 1.5, assumed: 0 });
    expect(sight.asks.filter(({ text }) => text.includes("budget"))).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a worker that spends more than it may is ended, and its feature's own limit asks",
  async () => {
    const { machine, worker } = paidWorld({
      mission: { milestones: { first: { a: { budget: { usd: 1 } }, z: { status: "hold" } } } },
    });
    worker.does("a.1", `echo a > a.txt; commit; echo 'USAGE: {"usd":1.5}'; sleep 600`);
    const sight = await untilStatus(machine, { a: "needs_input (budget)" });
    expect(trailer(machine, "run-ended", "Outcome")).toBe("over-budget");
    expect(sight.asks).toMatchObject([{ about: "toy/a" }]);
    expect(sight.feature("a").cost.usd).toBe(1.5);
    await machine.must("budget", "toy/a", "usd=5");
    worker.does("a", `echo 'USAGE: {"usd":0.1}'; test -f a.txt && echo "DONE: it was there"`);
    await untilDone(machine, "a");
    expect(machine.read(featurePath("a"))).toContain('budget: {"usd":5}');
    expect(subjects(machine, "claim: a attempt")).toHaveLength(2);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a mission without a budget starts nothing and says so",
  async () => {
    const { machine } = aWorld({ mission: { budget: undefined, milestones: { first: { a: {} } } } });
    await pulseOnce(machine);
    const sight = await pulseUntilIdle(machine);
    expect(sight.mission().status).toBe("blocked");
    expect(sight.json.findings).toMatchObject([{ code: "missing-budget" }]);
    expect(sight.json.runs).toEqual([]);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "tokens and hours are limits too",
  async () => {
    const { machine, worker } = paidWorld({
      mission: { budget: { tokens: 100 }, milestones: { first: { a: {}, b: { depends_on: ["a"] } } } },
      config: { parallel: 1 },
    });
    worker.does("a", `echo 'USAGE: {"usd":0.1,"input":60,"output":40}'; echo a > a.txt; commit; echo "DONE: a"`);
    worker.does("b", `echo 'USAGE: {"usd":0.1,"input":1}'; echo b > b.txt; commit; echo "DONE: b"`);
    await untilStatus(machine, { a: "done", b: "needs_input (budget)" });
    await machine.must("budget", "toy", "tokens=1000");
    await untilDone(machine, "b");
    await endWell(machine);
  },
  LIMIT,
);

test(
  "a deadline that has passed asks, and a yes goes on",
  async () => {
    const { machine } = aWorld({ mission: { deadline: "2020-01-01", milestones: { first: { a: {} } } } });
    const sight = await pulseUntil(machine, "the deadline is asked about", ({ asks }) => asks.length > 0);
    expect(sight.asks[0]?.text).toContain("deadline");
    await pulseUntilIdle(machine);
    await waitForRuns(machine);
    expect(subjects(machine, "claim: ")).toEqual([]);
    await machine.must("approve", "toy");
    await untilDone(machine, "a");
    await endWell(machine);
  },
  LIMIT,
);
