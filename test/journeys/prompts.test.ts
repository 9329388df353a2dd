/** What `show --prompt` says beforehand is what the worker is told, to the byte. */

import { expect, test } from "vitest";
import { endWell } from "./kit/end-well.ts";
import type { Machine } from "./kit/machine.ts";
import { pulseOnce, waitForRuns, waitUntil } from "./kit/pulses.ts";
import { untilDone } from "./kit/steps.ts";
import { aWorld } from "./kit/world.ts";

const LIMIT = 120_000;
/** Delivered work is gated, and nothing new begins. */
const NOTHING_NEW = { maxDispatches: 0 };

async function preview(machine: Machine, thing = "toy/a"): Promise<string> {
  const { code, out, err } = await machine.say("show", thing, "--prompt", "--json");
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out).prompt;
}

test(
  "of a feature that is ready, at the first attempt and at each later one; of a run what it was told",
  async () => {
    const { machine, worker } = aWorld({
      mission: {
        mode: "full",
        home: "branch",
        milestones: { first: { a: { verify: [{ run: "grep -q blue a.txt" }] } } },
      },
      config: { verify: [{ run: "test -f README.md" }] },
      files: { "AGENTS.md": "# House\n\nUse tabs.\n" },
    });
    worker.does("a.1", 'echo red > a.txt; commit; echo "# Summary" > $MISSION_HANDOFF_FILE; hold; echo "DONE: red"');
    worker.does("a.2", 'echo "QUESTION: which blue?"');
    worker.does("a.3", 'echo blue > a.txt; commit; echo "DONE: blue"');
    worker.hold("a");

    const unbegun = await machine.must("show", "toy/a", "--prompt");
    await machine.must("pulse", "--max", "0");
    const first = await preview(machine);
    expect(`${unbegun}\n`).toBe(first);
    expect(first).toMatch(/^# Feature a\n/);
    expect(`${await machine.must("show", "toy/a", "--prompt")}\n`).toBe(first);
    await pulseOnce(machine);
    await waitUntil("the worker is at work", () => worker.isWaiting("a"));
    expect(worker.prompt("a", 1)).toBe(first);
    expect(await preview(machine)).toBe(first);
    worker.release("a");
    await waitForRuns(machine);

    await pulseOnce(machine, NOTHING_NEW);
    expect((await machine.say("show", "toy/a", "--prompt")).err).toMatch(/^toy\/a is review: .*its last run was told$/);
    await waitForRuns(machine);
    await pulseOnce(machine, NOTHING_NEW);
    const second = await preview(machine);
    expect(second).toContain("Why the work came back");
    await pulseOnce(machine);
    await waitForRuns(machine);
    expect(worker.prompt("a", 2)).toBe(second);

    await pulseOnce(machine, NOTHING_NEW);
    await machine.must("answer", "toy/a", "the light one");
    const third = await preview(machine);
    expect(third).toContain("the light one");
    await untilDone(machine, "a");
    expect(worker.prompt("a", 3)).toBe(third);
    const [run = ""] = machine.state.listRuns().flatMap(({ run, order }) => (order.attempt === 1 ? [run] : []));
    expect(await preview(machine, run)).toBe(first);
    expect((await machine.say("show", "toy/a", "--prompt")).err).toMatch(/^toy\/a is done: /);
    await endWell(machine);
  },
  LIMIT,
);

test(
  "of a feature whose turn has not come, with what it waits for",
  async () => {
    const { machine, worker } = aWorld({
      mission: { milestones: { first: { a: {}, b: { depends_on: ["a"] }, c: { depends_on: ["nobody"] } } } },
    });
    const before = await machine.say("show", "toy/b", "--prompt");
    expect(before.err).toMatch(/^toy\/b is backlog: .*; this is what an agent would be told now$/);
    expect(before.out).toMatch(/^# Feature b\n/);
    expect((await machine.say("show", "toy/c", "--prompt")).err).toContain("nobody could be told to make toy/c");
    await untilDone(machine, "a", "b");
    expect(`${before.out}\n`).toBe(worker.prompt("b"));
  },
  LIMIT,
);
