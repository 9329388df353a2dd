/** A repository with a mission that real agents work on, and the model that plays their part. */

import { expect } from "vitest";
import { temporaryFolder } from "../../../helpers/repositories.ts";
import { endWell } from "../../../journeys/kit/end-well.ts";
import { Machine } from "../../../journeys/kit/machine.ts";
import { configHeader, type MissionWords, missionFiles } from "../../../journeys/kit/mission-files.ts";
import { type ModelServer, type Script, startModelServer } from "../model/server.ts";
import { AGENTS, type Agent, installAgents, KEY } from "./agents.ts";

export interface AgentWorld {
  machine: Machine;
  model: ModelServer;
  /** Ends the model, and fails where a key has come into git. */
  end(): Promise<void>;
}

export interface AgentWorldWords {
  agents: readonly Agent[];
  mission: MissionWords;
  config?: Readonly<Record<string, unknown>>;
  files?: Readonly<Record<string, string>>;
  script: Script;
}

/** The agents whose faults are tried: each way of starting and of hearing one, and those that most people have. */
export const FAULTY: readonly Agent[] = AGENTS.filter(({ name }) =>
  ["claude", "codex", "opencode", "gemini"].includes(name),
);

/** One at a time where tests run side by side: a command looks at the folder of the whole process. */
export function endInTurn(machine: Machine): Promise<unknown> {
  lastEnd = lastEnd.catch(() => {}).then(() => endWell(machine));
  return lastEnd;
}
let lastEnd: Promise<unknown> = Promise.resolve();

/** The first agent works where a role does not say. */
export async function anAgentWorld({ agents, mission, config, files, script }: AgentWorldWords): Promise<AgentWorld> {
  const model = await startModelServer(script);
  const machine = new Machine(temporaryFolder("repository"));
  machine.git("init", "-q", "-b", "main");
  installAgents(machine);
  for (const agent of agents) agent.setUp(machine, model.url);
  const runtimes = Object.fromEntries(agents.map(({ name, runtime }) => [name, runtime]));
  machine.write({
    "README.md": "# Toys\n",
    "missions/config.md": configHeader({ parallel: 2, runtime: agents[0]?.name, runtimes, ...config }),
    ...missionFiles(mission),
    ...files,
  });
  machine.commit("first");
  return {
    machine,
    model,
    async end() {
      await model.close();
      const all = machine.git("log", "--all", "--format=%B", "-p");
      expect(all.includes(KEY), "a key in git").toBe(false);
    },
  };
}
