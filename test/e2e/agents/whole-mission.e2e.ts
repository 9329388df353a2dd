/**
 * A whole mission with each of the real agents, from the first question to the signature: work, a question that a person
 * answers and the same conversation that goes on, a gate that fails and the work that comes back, the milestone's validation.
 */

import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { assertion } from "../../journeys/kit/mission-files.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { complete, untilDone } from "../../journeys/kit/steps.ts";
import { AGENTS, versionOf } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Asked } from "./model/conversation.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
/** OpenCode alone takes seconds to start. */
const BOUNDS = { timeoutMs: 150_000 };

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

const QUESTION: readonly Step[] = [
  { do: "shell", command: "ls" },
  { do: "say", text: "I looked.\n\n**QUESTION:** red or blue?\n\n1. red\n2. blue" },
];
const HALF: readonly Step[] = [
  { do: "write", path: "hello.txt", content: "hello\n" },
  { do: "say", text: "DONE: the file is there" },
];
const WHOLE: readonly Step[] = [
  { do: "shell", command: "echo blue >> hello.txt && git add -A && git commit -qm 'Say blue'" },
  { do: "shell", command: "printf '# Summary\\n\\nIt says blue now.\\n' > \"$MISSION_HANDOFF_FILE\"" },
  { do: "say", text: "All done.\nDONE: it says blue" },
];

/** What the model has the worker do, by what it was told last. */
function work(asked: Asked): ReturnType<typeof play> {
  const told = lastPrompt(asked);
  if (told.includes("Why the work came back")) return play(asked, WHOLE);
  return play(asked, told.includes("blue, please") ? HALF : QUESTION);
}

describe.each(AGENTS)("$name", (agent) => {
  it(
    "works, asks, goes on with the answer, mends what the gate refused, and lands",
    async () => {
      world = await anAgentWorld({
        agents: [agent],
        mission: {
          milestones: {
            first: { hello: { verify: [{ run: "grep -q blue hello.txt" }], fulfills: ["VAL-HELLO-001"] } },
          },
          contract: assertion("VAL-HELLO-001", "It says hello in blue", "grep -q hello hello.txt"),
        },
        script: work,
      });
      const { machine, model } = world;
      const isAsked = (text: string) => /red or blue\?\s+1\. red\s+2\. blue/.test(text);
      await pulseUntil(machine, "it asks", ({ asks }) => asks.some(({ text }) => isAsked(text)), BOUNDS);
      await machine.must("answer", "q1", "blue, please");
      await untilDone(machine, "hello");
      const sight = await complete(machine);

      expect(machine.git("show", "main:hello.txt")).toBe("hello\nblue");
      const runs = machine.state.listRuns().filter(({ order }) => order.runKind === "work");
      expect(runs).toHaveLength(3);
      expect(machine.git("log", "-p", "--format=", "refs/mission/ledger/toy")).toContain("It says blue now.");
      // The same conversation, from the question to the end: what it was asked last holds what it said first.
      expect(JSON.stringify(model.asked.at(-1)?.turns)).toContain("red or blue?");
      // It was told what is new, and not again what it knew.
      for (const told of model.asked.map(lastPrompt).filter((text) => text.includes("blue, please")))
        expect([told.includes("# Go on: Feature hello"), told.includes("## The assignment")]).toEqual([true, false]);
      expect(sight.mission().status).toBe("completed");
      expect(versionOf(agent)).toMatch(/\d+\.\d+\.\d+/);
      await endWell(machine);
    },
    LIMIT,
  );
});
