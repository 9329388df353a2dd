/** Agents that are killed in the middle of a tool, and tools that print without end: nothing of the work is lost. */

import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Machine } from "../../journeys/kit/machine.ts";
import { pulseOnce, waitUntil } from "../../journeys/kit/pulses.ts";
import { untilDone } from "../../journeys/kit/steps.ts";
import type { Agent } from "./kit/agents.ts";
import { anAgentWorld, endInTurn, FAULTY } from "./kit/world.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const MOST_BYTES = 10_000_000;

const DONE: Step = { do: "say", text: "DONE: it is there" };
const HELLO: Step = { do: "write", path: "hello.txt", content: "hello\n" };
const FLOOD: Step = {
  do: "shell",
  command: "yes 0123456789012345678901234567890123456789 | head -c 20000000",
};

/** Leaves one file committed and one not, and sleeps. */
const half = (seconds: string): Step => ({
  do: "shell",
  command: `printf half > half.txt; git add -A; git commit -qm half; printf loose > loose.txt; exec sleep ${seconds}`,
});

/** What a process was started with, each word ended by a zero byte; empty when it is gone. */
function wordsOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return "";
  }
}

function findSleep(seconds: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => wordsOf(pid) === `sleep\0${seconds}\0`);
}

/** The nearest process above another one that is the agent's program: between them may be shells and sandboxes. */
function agentAbove(pid: number, { name }: Agent): number {
  const isAgent = new RegExp(`(?:^|[/\\0])${name}\\0`);
  for (let each = pid; each > 1; ) {
    each = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${each}/status`, "utf8"))?.[1]);
    if (isAgent.test(wordsOf(each))) return each;
  }
  throw new Error(`no ${name} above ${pid}`);
}

type AtEnd = (end: () => Promise<void>) => void;

/** A machine on which the agent does these steps first, and those in its second attempt. */
async function aMachineWith(agent: Agent, steps: readonly (readonly Step[])[], atEnd: AtEnd): Promise<Machine> {
  const [first = [], second = first] = steps;
  const world = await anAgentWorld({
    agents: [agent],
    mission: { milestones: { first: { hello: {} } } },
    script: (asked) => play(asked, lastPrompt(asked).includes("This is attempt 2") ? second : first),
  });
  atEnd(() => world.end());
  return world.machine;
}

it.concurrent.for(FAULTY.map((agent, index) => ({ agent, name: agent.name, seconds: `471.${index + 1}` })))(
  "$name, killed in the middle of a tool, leaves what was committed and what was not, and the next attempt goes on from there",
  { timeout: LIMIT },
  async ({ agent, seconds }, { onTestFinished }) => {
    const machine = await aMachineWith(
      agent,
      [
        [half(seconds), DONE],
        [HELLO, DONE],
      ],
      onTestFinished,
    );
    await pulseOnce(machine);
    await waitUntil("its tool sleeps", () => findSleep(seconds).length > 0, LIMIT / 3);
    const [tool = 0] = findSleep(seconds);
    process.kill(agentAbove(tool, agent), "SIGKILL");
    const sight = await untilDone(machine, "hello");

    expect(findSleep(seconds), "nothing outlives its run").toEqual([]);
    expect(["half.txt", "loose.txt"].map((path) => machine.show(path, "main"))).toEqual(["half", "loose"]);
    expect(sight.feature("hello").attempt).toBe(2);
    await endInTurn(machine);
  },
);

it.concurrent.for(FAULTY)(
  "$name, flooded by a tool, goes on, and no file of the run grows without end",
  { timeout: LIMIT },
  async (agent, { onTestFinished }) => {
    const steps = [
      [FLOOD, HELLO, DONE],
      [HELLO, DONE],
    ];
    const machine = await aMachineWith(agent, steps, onTestFinished);
    const sight = await untilDone(machine, "hello");
    const runs = machine.state.listRuns().filter(({ order }) => order.runKind === "work");
    const files = runs.flatMap(({ folder }) => [`${folder}/agent.log`, `${folder}/events.jsonl`]);
    const sizes = files.map((file) => readFileSync(file).length);
    expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES);
    // Gemini hands all of it to its model, for which it is too much: the next attempt hears of that.
    expect(sight.feature("hello").attempt).toBe(agent.name === "gemini" ? 2 : 1);
    await endInTurn(machine);
  },
);
