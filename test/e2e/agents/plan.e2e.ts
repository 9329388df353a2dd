/** From a goal to landed work with three commands, and an agent that is signed in: it makes the plan, too. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { endWell } from "../../journeys/kit/end-well.ts";
import { Machine } from "../../journeys/kit/machine.ts";
import { waitUntil } from "../../journeys/kit/pulses.ts";
import { AGENTS, installAgents, KEY } from "./kit/agents.ts";
import type { Asked } from "./model/conversation.ts";
import { lastPrompt, play, type Step } from "./model/play.ts";
import { type ModelServer, type Script, startModelServer } from "./model/server.ts";

const LIMIT = 180_000;

let model: ModelServer | null = null;
afterEach(async () => {
  await model?.close();
  model = null;
});

const DONE: Step = { do: "say", text: "DONE: it is there" };
const HELLO: readonly Step[] = [{ do: "write", path: "hello.txt", content: "hello\n" }, DONE];

function writePlan(milestones: string): readonly Step[] {
  const text = `mission:\n  title: Greetings\n  mode: poc\n  goal: Whoever comes is greeted.\nmilestones:\n${milestones}`;
  return [
    { do: "shell", command: "git log --oneline" },
    { do: "shell", command: `cat > "$MISSION_HANDOFF_FILE" <<'END'\n${text}END` },
    { do: "say", text: "DONE: one file is enough" },
  ];
}

const BAD = writePlan("  - title: First\n    features:\n      - { title: A greeting, size: huge }\n");
const GOOD = writePlan(
  "  - title: First\n    features:\n      - { title: A greeting, verify: [test -f hello.txt], acceptance: [It says hello] }\n",
);

async function aMachineWith(name: string, script: Script): Promise<Machine> {
  model = await startModelServer(script);
  const machine = new Machine(temporaryFolder("repository"));
  machine.git("init", "-q", "-b", "main");
  installAgents(machine);
  AGENTS.find((agent) => agent.name === name)?.setUp(machine, model.url);
  return machine;
}

const isPlanning = (asked: Asked) => /^# (?:A plan for|Go on with the plan for):/m.test(lastPrompt(asked));

it.each(["claude", "codex"])(
  "%s plans a goal, is told what is wrong with the plan, works on it, and it lands",
  async (name) => {
    const machine = await aMachineWith(name, (asked) => {
      if (!isPlanning(asked)) return play(asked, HELLO);
      return play(asked, lastPrompt(asked).includes("What is wrong with your last plan") ? GOOD : BAD);
    });
    machine.write({ "README.md": "# Toys\n" });
    machine.commit("first");

    await machine.must("init");
    const said = await machine.must("new", "Greet whoever comes", "--budget", "usd=5");
    expect(said).toContain("git log --oneline");
    expect(said).toMatch(new RegExp(`Planned by ${name}.*, (?:<?)0\\.\\d+ USD`));
    expect(said).toContain("next: mission run greet-whoever-comes");
    expect(said).toContain("It goes back to the planner:");
    expect(machine.git("log", "-1", "--format=%B")).toContain(`Greet whoever comes\n\nPlanned by ${name}`);
    expect(machine.git("show", "main:missions/greet-whoever-comes/mission.md")).toContain("Whoever comes is greeted.");
    const planning = readdirSync(join(machine.state.path, "planning"));
    expect(planning, "nothing of the planner is left").toEqual([]);

    expect(await machine.must("run")).toContain("Everything waits for a person.");
    expect(machine.git("show", "mission/greet-whoever-comes/home:hello.txt")).toBe("hello");
    expect(machine.git("log", "--all", "-p", "--format=%B").includes(KEY)).toBe(false);
    await endWell(machine);
  },
  LIMIT,
);

it(
  "in a repository without commits; a question, a refusal and a plan that stays wrong write nothing",
  async () => {
    let steps: readonly Step[] = [{ do: "say", text: "QUESTION: for whom?" }];
    const machine = await aMachineWith("claude", (asked) => play(asked, steps));
    const folder = join(machine.folder, "missions");
    const asks = await machine.say("new", "Greetings");
    expect(asks).toMatchObject({ code: 1, err: expect.stringContaining("the planner asks: for whom?") });
    steps = [{ do: "say", text: "BLOCKED: that is no goal" }];
    expect((await machine.say("new", "Greetings")).err).toMatch(
      /nothing was written \(.* USD spent\): that is no goal/,
    );
    steps = [{ do: "say", text: "DONE: one file is enough" }];
    expect((await machine.say("new", "Greetings")).err).toContain("no plan was handed over");
    steps = BAD;
    const wrong = await machine.say("new", "Greetings");
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining("errors after 3 rounds") });
    expect(existsSync(folder)).toBe(false);
    const [, file = ""] = /mission new --plan (\S+)/.exec(wrong.err) ?? [];
    expect(existsSync(file), "the last plan is kept").toBe(true);

    steps = [
      {
        do: "say",
        text: `This is it:\n\`\`\`yaml\nmission: { title: Hi, mode: poc }\nmilestones: [{ title: One, features: [{ title: Say hi }] }]\n\`\`\`\nDONE: planned`,
      },
    ];
    await machine.must("new", "Greetings");
    expect(machine.git("log", "--format=%s", "main")).toBe("New mission greetings");
    expect(existsSync(join(folder, "greetings/milestones/01-one/say-hi.md"))).toBe(true);
  },
  LIMIT,
);

it(
  "a stop of everything ends it, and nothing is planned until that is over",
  async () => {
    const machine = await aMachineWith("claude", () => ({ kind: "hang" }));
    machine.write({ "README.md": "# Toys\n" });
    machine.commit("first");
    const planning = machine.say("new", "Greetings");
    await waitUntil("it has begun", () => existsSync(join(machine.state.path, "planning")));
    await machine.must("stop", "--all");
    expect(await planning).toMatchObject({ code: 1, err: expect.stringContaining("everything is stopped") });
    expect((await machine.say("new", "Greetings")).err).toContain("next: mission resume --all");
    expect(readdirSync(join(machine.state.path, "planning"))).toEqual([]);
    expect(machine.git("log", "--format=%s", "main")).toBe("first");
  },
  LIMIT,
);
