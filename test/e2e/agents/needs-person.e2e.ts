/** A provider that refuses until a person has seen to it: each agent's words are understood, shown, and over at a retry. */

import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Answer } from "./model/conversation.ts";
import { play, type Step } from "./model/play.ts";

const LIMIT = 120_000;
const STEPS: readonly Step[] = [
  { do: "write", path: "hello.txt", content: "hello\n" },
  { do: "say", text: "DONE: it is there" },
];

const REFUSALS: readonly (readonly [string, Answer])[] = [
  ["is not signed in", { kind: "status", status: 401, type: "authentication_error", message: "invalid x-api-key" }],
  [
    "does not get its model",
    { kind: "status", status: 404, type: "not_found_error", message: "The model none does not exist" },
  ],
];

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

describe.each(AGENTS)("$name", (agent) => {
  it.each(REFUSALS)(
    "%s",
    async (words, refusal) => {
      world = await anAgentWorld({
        agents: [agent],
        mission: { milestones: { first: { hello: {} } } },
        config: { limits: { idle_minutes: agent.name === "claude" ? 0.1 : 1 } },
        script: () => refusal,
      });
      const { machine, model } = world;
      await pulseUntil(
        machine,
        "it waits for a person",
        (sight) => sight.feature("hello").condition.code === "provider",
      );
      expect(await machine.must("run", "toy")).toContain("Everything waits for a person.");
      const told = `${agent.name} ${words}: `;
      expect((await machine.must("inbox", "--json")).replaceAll("\n", " ")).toContain(told);
      for (const command of [["status"], []]) expect(flat(await machine.must(...command))).toContain(told);
      expect(flat(await machine.must("agents"))).toContain(`it ${words}: `);
      expect(flat((await machine.say("doctor")).out)).toContain(`${agent.name}: it ${words}: `);
      expect((await machine.status()).missions[0]?.milestones[0]?.features[0]).toMatchObject({
        status: "ready",
        cost: { usd: 0 },
      });

      model.follow((asked) => play(asked, STEPS));
      await machine.must("retry", "toy", "it is seen to");
      await pulseUntil(machine, "it is done at once", (sight) => sight.of("hello") === "done");
      await endWell(machine);
    },
    LIMIT,
  );
});

/** As one line, however it was laid out. */
function flat(text: string): string {
  return text.replace(/\s+/g, " ");
}
