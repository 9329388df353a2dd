/** What the real agents have spent when they are broken off: what their models answered until then, and no more. */

import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { trailer } from "../../journeys/kit/ledgers.ts";
import type { Machine } from "../../journeys/kit/machine.ts";
import { pulseOnce, waitForRuns, waitUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS, versionOf } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import { play, type Step } from "./model/play.ts";

const LIMIT = 180_000;

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

/** By its own process, so that what follows happens in the middle of it. */
const SLEEPS: Step = { do: "shell", command: "touch sleeping; exec sleep 60" };

function spent(machine: Machine): Record<string, string | null> {
  const keys = ["Outcome", "Cost-USD", "Cost-Source", "Tokens-In", "Tokens-Out", "Tokens-Cached", "Program", "Model"];
  return Object.fromEntries(keys.map((key) => [key, trailer(machine, "run-ended", key)]));
}

describe.each(AGENTS.filter(({ name }) => name === "claude" || name === "codex"))("$name", (agent) => {
  const aWorldThat = async (answer: "sleeps" | "waits"): Promise<Machine> => {
    world = await anAgentWorld({
      agents: [agent],
      mission: { milestones: { first: { hello: {} } } },
      script: (asked) => (answer === "sleeps" ? play(asked, [SLEEPS]) : { kind: "hang" }),
    });
    await pulseOnce(world.machine);
    const [run] = world.machine.state.listRuns();
    const { asked } = world.model;
    const isThere = () => (answer === "sleeps" ? existsSync(`${run?.folder}/workspace/sleeping`) : asked.length > 0);
    await waitUntil(`it ${answer}`, isThere);
    return world.machine;
  };
  const version = () => new RegExp(`^${agent.name} ${/\d+\.\d+\.\d+/.exec(versionOf(agent))?.[0]}$`);

  it(
    "that is stopped in a tool has spent what its model answered",
    async () => {
      const machine = await aWorldThat("sleeps");
      await machine.must("stop", "toy");
      await waitForRuns(machine);
      const { "Cost-USD": usd, Program, Model, ...rest } = spent(machine);
      expect(rest).toEqual({
        Outcome: "stopped",
        "Cost-Source": "priced",
        "Tokens-In": agent.name === "codex" ? "1000" : "1200",
        "Tokens-Out": "300",
        "Tokens-Cached": "200",
      });
      expect(Number(usd)).toBeGreaterThan(0);
      expect(Number(usd)).toBeLessThan(0.1);
      expect(Program).toMatch(version());
      expect(Model).toMatch(/gpt|claude/);
      await endWell(machine);
    },
    LIMIT,
  );

  it(
    "whose runner is killed in a tool has spent what its model answered",
    async () => {
      const machine = await aWorldThat("sleeps");
      await machine.must("pause", "toy");
      const events = `${machine.state.listRuns()[0]?.folder}/events.jsonl`;
      await waitUntil("it is told", () => readFileSync(events, "utf8").includes('"output":300'));
      process.kill(machine.state.listRuns()[0]?.order.owner.pid ?? 0, "SIGKILL");
      await waitUntil("the runner is dead", () => machine.state.listRuns()[0]?.owner === "dead");
      await pulseOnce(machine);
      expect(spent(machine)).toMatchObject({
        Outcome: "lost",
        "Cost-Source": "priced",
        "Tokens-Out": "300",
      });
      expect(Number(spent(machine)["Cost-USD"])).toBeLessThan(0.1);
    },
    LIMIT,
  );

  it(
    "that is stopped before its model has answered has spent nothing",
    async () => {
      const machine = await aWorldThat("waits");
      await machine.must("stop", "toy");
      await waitForRuns(machine);
      expect(spent(machine)).toMatchObject({
        Outcome: "stopped",
        "Cost-USD": "0",
        "Tokens-In": "0",
        "Tokens-Out": "0",
      });
      expect(spent(machine).Program).toMatch(version());
      await endWell(machine);
    },
    LIMIT,
  );
});
