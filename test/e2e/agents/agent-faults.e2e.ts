/** Agents that are killed in the middle of a tool, and tools that print without end: nothing of the work is lost. */

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import type { Machine } from "../../journeys/kit/machine.ts";
import { pulseOnce, waitUntil } from "../../journeys/kit/pulses.ts";
import { untilDone } from "../../journeys/kit/steps.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const LONG = "printf half > half.txt; git add -A; git commit -qm half; printf loose > loose.txt; exec sleep 47.11";

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

const DONE: Step = { do: "say", text: "DONE: it is there" };
const HELLO: Step = { do: "write", path: "hello.txt", content: "hello\n" };

/** Processes whose command line has a text. */
function find(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "latin1").includes(text) ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

describe.each(AGENTS.filter(({ name }) => name === "claude" || name === "codex"))("$name", (agent) => {
  const aWorldWith = async (first: readonly Step[], then: readonly Step[]): Promise<Machine> => {
    world = await anAgentWorld({
      agents: [agent],
      mission: { milestones: { first: { hello: {} } } },
      script: (asked) => play(asked, lastPrompt(asked).includes("This is attempt 2") ? then : first),
    });
    return world.machine;
  };

  it(
    "killed in the middle of a tool leaves what was committed and what was not, and the next attempt goes on from there",
    async () => {
      const machine = await aWorldWith([{ do: "shell", command: LONG }, DONE], [HELLO, DONE]);
      await pulseOnce(machine);
      await waitUntil("its tool sleeps", () => find("sleep\u000047.11").length > 0);
      const [tool = 0] = find("sleep\u000047.11");
      process.kill(parentOf(tool), "SIGKILL");
      await untilDone(machine, "hello");

      expect(find("sleep\u000047.11"), "nothing outlives its run").toEqual([]);
      expect(["half.txt", "loose.txt"].map((path) => machine.show(path, "main"))).toEqual(["half", "loose"]);
      await endWell(machine);
    },
    LIMIT,
  );

  it(
    "flooded by a tool goes on, and no file of the run grows without end",
    async () => {
      const flood = {
        do: "shell",
        command: "yes 0123456789012345678901234567890123456789 | head -c 60000000",
      } as const;
      const machine = await aWorldWith([flood, HELLO, DONE], [HELLO, DONE]);
      await untilDone(machine, "hello");
      const [run] = machine.state.listRuns().filter(({ order }) => order.runKind === "work");
      const sizes = ["agent.log", "events.jsonl"].map((name) => readFileSync(`${run?.folder}/${name}`).length);
      expect(Math.max(...sizes)).toBeLessThan(10_000_000);
      await endWell(machine);
    },
    LIMIT,
  );
});
