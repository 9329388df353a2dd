/**
 * What the real agents may do: their requests are answered by the policy of the order, what is denied is told to the model
 * and kept with the run, and a person's yes allows exactly what was asked.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { endWell } from "../../journeys/kit/end-well.ts";
import { pulseUntil } from "../../journeys/kit/pulses.ts";
import { untilDone } from "../../journeys/kit/steps.ts";
import { AGENTS, type Agent } from "./kit/agents.ts";
import { type AgentWorld, anAgentWorld } from "./kit/world.ts";
import type { Asked } from "./model/conversation.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";

const LIMIT = 120_000;
const BOUNDS = { timeoutMs: 90_000 };
const MISSION = { milestones: { first: { hello: { verify: [{ run: "grep -q hello hello.txt" }] } } } };
const PUSH = "git push elsewhere HEAD:refs/heads/out";

let world: AgentWorld | null = null;
afterEach(async () => {
  await world?.end();
  world = null;
});

function agentOf(name: string): Agent {
  const agent = AGENTS.find((each) => each.name === name);
  if (agent === undefined) throw new Error(`there is no agent ${name}`);
  return agent;
}

interface PermissionEvent {
  kind: string;
  tool: string;
  text: string;
  decision: string;
  because: string;
}

function permissionsOf({ machine }: AgentWorld, attempt: number): PermissionEvent[] {
  const run = machine.state.listRuns().find(({ order }) => order.runKind === "work" && order.attempt === attempt);
  const lines = readFileSync(join(run?.folder ?? "", "events.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line) as PermissionEvent).filter(({ kind }) => kind === "permission");
}

/** What the tools have answered to the model. */
function heard({ model }: AgentWorld): string {
  return JSON.stringify(model.asked.at(-1)?.turns);
}

it(
  "Claude Code writes and commits, waits for a person to push, and pushes then",
  async () => {
    const first: readonly Step[] = [
      { do: "write", path: "hello.txt", content: "hello\n" },
      { do: "shell", command: "git add -A && git commit -qm 'Say hello'" },
      { do: "shell", command: "git init -q --bare out.git; git remote add elsewhere ./out.git" },
      { do: "shell", command: PUSH },
      { do: "shell", command: "cat ~/.ssh/id_rsa" },
      { do: "say", text: "QUESTION: may I push?" },
    ];
    const second: readonly Step[] = [
      { do: "shell", command: "git init -q --bare out.git; git remote add elsewhere ./out.git" },
      { do: "shell", command: PUSH },
      { do: "shell", command: "git push elsewhere HEAD:refs/heads/other" },
      { do: "shell", command: "rm -rf out.git" },
      { do: "say", text: "DONE: pushed" },
    ];
    const script = (asked: Asked) => play(asked, lastPrompt(asked).includes("go ahead") ? second : first);
    world = await anAgentWorld({ agents: [agentOf("claude")], mission: MISSION, script });
    const { machine } = world;
    const sight = await pulseUntil(machine, "it asks", ({ asks }) => asks.length > 0, BOUNDS);
    expect(sight.asks[0]?.text).toContain("may I push?");
    expect(sight.asks[0]?.text).toContain(PUSH);
    expect(sight.asks[0]).toMatchObject({ risk: "red" });
    const asked = permissionsOf(world, 1);
    expect(asked.map(({ decision }) => decision)).toEqual(["allowed", "allowed", "allowed", "denied", "denied"]);
    expect(heard(world)).toContain("needs a person's consent");

    await machine.must("approve", "q1", "go ahead");
    await untilDone(machine, "hello");
    const again = permissionsOf(world, 2);
    expect(again.map(({ decision }) => decision)).toEqual(["allowed", "allowed", "denied", "allowed"]);
    expect(again[1]).toMatchObject({ because: "a person allowed it" });
    await endWell(machine);
  },
  LIMIT,
);

it.each(["opencode", "gemini"])(
  "%s is denied what needs a person, and goes on without it",
  async (name) => {
    const script = (asked: Asked) =>
      play(asked, [
        { do: "write", path: "hello.txt", content: "hello\n" },
        { do: "shell", command: PUSH },
        { do: "say", text: "DONE: hello" },
      ]);
    world = await anAgentWorld({ agents: [agentOf(name)], mission: MISSION, script });
    const { machine } = world;
    await untilDone(machine, "hello");
    const asked = permissionsOf(world, 1);
    expect(asked.find(({ text }) => text.includes(PUSH))).toMatchObject({ decision: "denied" });
    expect(machine.git("log", "--format=%B", "refs/mission/ledger/toy")).toContain(`- shell: ${PUSH}`);
    await endWell(machine);
  },
  LIMIT,
);

it.each([
  ["without the network", "[read, edit, bash]", "OFFLINE"],
  ["with it where its role works with the web", "[read, edit, bash, web]", "ONLINE"],
])(
  "Codex works in its own sandbox %s",
  async (_title, tools, expected) => {
    const state: { url: string } = { url: "" };
    const script = (asked: Asked) =>
      play(asked, [
        { do: "write", path: "hello.txt", content: "hello\n" },
        { do: "shell", command: `curl -sS -m 5 -o seen.txt ${state.url} && echo ON\\LINE || echo OFF\\LINE` },
        {
          do: "shell",
          command: "rm -f seen.txt; printf '# Summary\\n\\nIt says hello.\\n' > \"$MISSION_HANDOFF_FILE\"",
        },
        { do: "say", text: "DONE: hello" },
      ]);
    const role = `---\nname: coder\ndescription: Codes.\nmodel: standard\nautonomy: specialist\ntools: ${tools}\n---\nCode.\n`;
    world = await anAgentWorld({
      agents: [agentOf("codex")],
      mission: MISSION,
      script,
      files: { "missions/agents/coder.md": role },
    });
    const { machine, model } = world;
    state.url = model.url;
    await untilDone(machine, "hello");
    expect(heard(world)).toContain(expected);
    expect(machine.git("log", "-p", "--format=", "refs/mission/ledger/toy")).toContain("It says hello.");
    await endWell(machine);
  },
  LIMIT,
);
