/** A conversation that is gone when a person answers: each of the real agents begins a new one and is told everything. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { untilDone } from "../../journeys/kit/steps.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Asked } from "./model/conversation.ts";
import { lastPrompt, play } from "./model/play.ts";

const LIMIT = 120_000;
const BOUNDS = { timeoutMs: 100_000 };
/** Where they keep their conversations, below the home. */
const KEPT = [
  ".claude/projects",
  ".codex/sessions",
  ".local/share/opencode",
  ".gemini/tmp",
  ".qwen/projects",
  ".copilot/session-state",
];

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

function work(asked: Asked): ReturnType<typeof play> {
  if (!lastPrompt(asked).includes("blue, please")) return play(asked, [{ do: "say", text: "QUESTION: red or blue?" }]);
  return play(asked, [
    { do: "write", path: "hello.txt", content: "blue\n" },
    { do: "say", text: "DONE: it is blue" },
  ]);
}

describe.each(AGENTS)("$name", (agent) => {
  it(
    "is told the whole assignment again, and lands",
    async () => {
      const milestones = { first: { hello: { verify: [{ run: "grep -q blue hello.txt" }] } } };
      world = await anAgentWorld({ agents: [agent], mission: { milestones }, script: work });
      const { machine, model } = world;
      await pulseUntil(machine, "it asks", ({ asks }) => asks.some(({ text }) => text.includes("red or blue")), BOUNDS);
      for (const folder of KEPT) rmSync(join(machine.env.HOME ?? "", folder), { recursive: true, force: true });
      await machine.must("answer", "q1", "blue, please");
      await untilDone(machine, "hello");

      expect(machine.git("show", "HEAD:hello.txt")).toBe("blue");
      const said = model.asked.map(lastPrompt).filter((told) => told.includes("blue, please"));
      expect(said.length).toBeGreaterThan(0);
      for (const told of said) expect(told).toContain("## The assignment");
      const second = machine.state.listRuns().find(({ order }) => order.attempt === 2);
      expect((await machine.must("show", second?.run ?? "", "--prompt")).startsWith("# Feature hello\n")).toBe(true);
      await endWell(machine);
    },
    LIMIT,
  );
});
