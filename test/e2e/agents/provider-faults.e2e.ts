/**
 * A provider that refuses, breaks, hangs or is gone, under the real agents. None of it is the fault of the work: no attempt
 * is counted, the runtime rests, and when the provider is back the work is done without anybody's help.
 */

import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import type { Sight } from "../../journeys/kit/sight.ts";
import { AGENTS } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Answer } from "./model/conversation.ts";
import { play, type Step } from "./model/play.ts";

const LIMIT = 180_000;
const MINUTE = 60_000;
/** How long an agent may try in vain. */
const IDLE_MINUTES = 0.1;

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

const STEPS: readonly Step[] = [
  { do: "write", path: "hello.txt", content: "hello\n" },
  { do: "say", text: "DONE: it is there" },
];

const status = (code: number, type: string, message: string, headers = {}): Answer => ({
  kind: "status",
  status: code,
  type,
  message,
  headers,
});

const FAULTS: readonly (readonly [string, Answer, "quota" | "provider"])[] = [
  ["does not know the key", status(401, "authentication_error", "invalid x-api-key"), "provider"],
  [
    "has no quota left",
    status(429, "rate_limit_error", "You have hit your usage limit", { "retry-after": "3600" }),
    "quota",
  ],
  ["breaks", status(500, "api_error", "Internal server error"), "provider"],
  ["never answers", { kind: "hang" }, "provider"],
  ["drops the line in the middle of an answer", { kind: "drop", text: "I will now" }, "provider"],
];

describe.each(AGENTS.filter(({ name }) => name === "claude" || name === "codex"))("$name, whose provider", (agent) => {
  it.each(FAULTS)(
    "%s",
    async (_title, fault, outcome) => {
      let isWell = false;
      world = await anAgentWorld({
        agents: [agent],
        mission: { milestones: { first: { hello: {} } } },
        config: { limits: { idle_minutes: IDLE_MINUTES } },
        script: (asked) => (isWell ? play(asked, STEPS) : fault),
      });
      const { machine } = world;
      const isResting = (sight: Sight): boolean =>
        ["quota", "provider"].includes(sight.feature("hello").condition.code);
      await pulseUntil(machine, "its provider is waited for", isResting, { timeoutMs: 120_000 });
      expect(outcomes(machine)).toEqual([outcome]);
      isWell = true;
      await pulseUntil(machine, "it is done", (sight) => sight.of("hello") === "done", { skipMs: 90 * MINUTE });
      expect(outcomes(machine)).toEqual([outcome, "delivered"]);
      await endWell(machine);
    },
    LIMIT,
  );
});

function outcomes(machine: AgentWorld["machine"]): readonly string[] {
  const text = machine.git(
    "log",
    "--reverse",
    "--format=%(trailers:key=Run,valueonly,separator=)|%(trailers:key=Outcome,valueonly,separator=)",
    "refs/mission/ledger/toy",
  );
  return text.split("\n").flatMap((line) => {
    const [run = "", outcome = ""] = line.split("|");
    return outcome === "" || run.startsWith("gate-") ? [] : [outcome];
  });
}
