/** What every driver owes a run, with the real agents at the other end. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import { systemDrivers } from "../../../src/doors/runtimes/drivers.ts";
import type { Runtime } from "../../../src/model/documents.ts";
import { driverContract, type Scene, type Subject } from "../../doors/runtimes/driver-contract.ts";
import { best } from "../../helpers/containments.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { Machine } from "../../journeys/kit/machine.ts";
import { aRuntime } from "../../runner/orders.ts";
import { AGENTS, type Agent, installAgents } from "./kit/agents.ts";
import { play, type Step } from "./model/play.ts";
import { startModelServer } from "./model/server.ts";

const LIMIT = 180_000;

/** What an agent makes of the figures of one answer. Gemini says nothing of its cache. */
const ANSWER = { input: 1000, output: 300, cached: 200 };
const TOLD: Readonly<Record<string, { answer: typeof ANSWER; model: RegExp; hasCost: boolean }>> = {
  claude: { answer: { input: 1200, output: 300, cached: 200 }, model: /^claude-/, hasCost: true },
  codex: { answer: ANSWER, model: /^gpt-5\.1-codex$/, hasCost: false },
  opencode: { answer: ANSWER, model: /^loopback\/scripted$/, hasCost: true },
  gemini: { answer: { input: 1200, output: 300, cached: 0 }, model: /^gemini-/, hasCost: false },
  qwen: { answer: ANSWER, model: /^gpt-5\.1$/, hasCost: false },
  copilot: { answer: ANSWER, model: /^none$/, hasCost: false },
};

const drivers = systemDrivers({ processes: makeProcesses(), containment: best }, { node: process.execPath, main: "" });

async function setUp(agent: Agent, index: number): Promise<Subject> {
  const told = TOLD[agent.name];
  const runtime = aRuntime([], agent.runtime as Partial<Runtime>);
  const driver = drivers(runtime.kind);
  if (told === undefined || driver === null) throw new Error(`nothing is known of ${agent.name}`);
  const lingers = `lingers-${process.pid}-${index}`;
  const scenes: Readonly<Record<Scene, readonly Step[]>> = {
    work: [
      { do: "shell", command: "pwd > cwd.txt; env > env.txt", saying: "DONE: too early" },
      { do: "say", text: "It is done.\nDONE: all of it" },
    ],
    // Qwen Code refuses to sleep.
    linger: [{ do: "shell", command: `node -e 'setInterval(() => {}, 1000)' ${lingers}` }],
  };
  let scene: Scene = "work";
  const model = await startModelServer((asked) => play(asked, scenes[scene]));
  const machine = new Machine(temporaryFolder("repository"));
  installAgents(machine);
  agent.setUp(machine, model.url);
  const read = (workspace: string, name: string): string => readFileSync(join(workspace, name), "utf8");
  return {
    driver,
    runtime(wanted) {
      scene = wanted;
      return runtime;
    },
    model: null,
    env: machine.env,
    lingers,
    heard: (workspace) => ({
      cwd: read(workspace, "cwd.txt").trim(),
      env: read(workspace, "env.txt"),
      added: null,
      prompt: JSON.stringify(model.asked.map(({ turns }) => turns)),
      argv: null,
    }),
    agent: {
      ...told,
      // Titles are asked for without a tool, and told by nobody.
      used() {
        const count = model.asked.filter(({ tools }) => tools.length > 0).length;
        const { input, output, cached } = told.answer;
        return { input: input * count, output: output * count, cached: cached * count };
      },
    },
    unknown: null,
    end: model.close,
  };
}

AGENTS.forEach((agent, index) => {
  driverContract(agent.name, () => setUp(agent, index), LIMIT);
});
