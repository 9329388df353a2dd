/** Conversations that broke off in the middle: they go on where they were, whatever of the last answer is missing. */

import { existsSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { pulseOnce, pulseUntil, waitUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Answer, Asked } from "./model/conversation.ts";
import { play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const MINUTE = 60_000;
const GO_ON = "# Go on: Feature hello";

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

const HALF: Step = { do: "write", path: "half.txt", content: "half\n" };
const REST: readonly Step[] = [
  { do: "write", path: "hello.txt", content: "hello\n" },
  { do: "say", text: "DONE: it is there" },
];

/** What has been said since the conversation goes on; null while it has not been told to. */
function sinceGoOn({ turns }: Asked): Asked["turns"] | null {
  const at = turns.findIndex(({ text }) => text.includes(GO_ON));
  return at < 0 ? null : turns.slice(at);
}

describe.each(AGENTS.filter(({ name }) => name === "claude" || name === "codex"))("$name", (agent) => {
  /** Does half of the work, then what is given, until it is told to go on. */
  const aWorld = async (then: (asked: Asked) => Answer, config = {}): Promise<AgentWorld> => {
    world = await anAgentWorld({
      agents: [agent],
      mission: { milestones: { first: { hello: {} } } },
      config,
      script(asked) {
        const turns = sinceGoOn(asked);
        if (turns !== null) return play({ ...asked, turns }, REST);
        const isBegun = asked.tools.length === 0 || !asked.turns.some(({ by }) => by === "tool");
        return isBegun ? play(asked, [HALF]) : then(asked);
      },
    });
    return world;
  };

  it(
    "goes on after its provider had no more for it",
    async () => {
      const full: Answer = { kind: "status", status: 429, type: "rate_limit_error", message: "usage limit reached" };
      const { machine, model } = await aWorld(() => full, { limits: { idle_minutes: 0.1 } });
      await pulseUntil(machine, "it is done", (sight) => sight.of("hello") === "done", { skipMs: 90 * MINUTE });
      const told = model.asked.findLast((asked) => sinceGoOn(asked) !== null);
      expect(told?.turns[0]?.text, "it knows what was said before").not.toContain(GO_ON);
      expect(["half.txt", "hello.txt"].map((path) => machine.show(path, "main"))).toEqual(["half\n", "hello\n"]);
      await endWell(machine);
    },
    LIMIT,
  );

  it(
    "goes on after a person stopped it in the middle of a tool",
    async () => {
      const sleep: Step = { do: "shell", command: "touch sleeps.txt; exec sleep 300" };
      const { machine, model } = await aWorld((asked) => play(asked, [HALF, sleep]));
      await pulseOnce(machine);
      const [run] = machine.state.listRuns();
      const isAsleep = (): boolean => existsSync(`${run?.folder}/workspace/sleeps.txt`);
      await waitUntil("its tool sleeps", isAsleep, LIMIT / 3);
      await machine.must("stop", "toy/hello");
      await machine.must("resume", "toy/hello");
      await pulseUntil(machine, "it is done", (sight) => sight.of("hello") === "done", { skipMs: 90 * MINUTE });
      expect(
        model.asked.some((asked) => sinceGoOn(asked) !== null),
        "it was told to go on",
      ).toBe(true);
      expect(["half.txt", "hello.txt"].map((path) => machine.show(path, "main"))).toEqual(["half\n", "hello\n"]);
      await endWell(machine);
    },
    LIMIT,
  );
});
