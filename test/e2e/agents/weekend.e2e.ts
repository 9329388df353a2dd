/** A person's first weekend: an agent that is signed in, a plan, and nothing that says which agent works. */

import { afterEach, expect, it } from "vitest";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { endWell } from "../../journeys/kit/end-well.ts";
import { Machine } from "../../journeys/kit/machine.ts";
import { AGENTS, installAgents, KEY } from "./kit/agents.ts";
import { play } from "./model/play.ts";
import { type ModelServer, startModelServer } from "./model/server.ts";

const PLAN = {
  mission: { id: "toy", title: "Say hello", mode: "poc", budget: { usd: 5 } },
  milestones: [
    {
      title: "First",
      features: [
        { id: "hello", title: "A greeting", body: "Say hello in hello.txt.", verify: [{ run: "test -f hello.txt" }] },
      ],
    },
  ],
};

let model: ModelServer | null = null;
afterEach(async () => {
  await model?.close();
  model = null;
});

it("with Claude Code signed in, agents, new and run are all it takes, and output tells what was done", async () => {
  model = await startModelServer((asked) =>
    play(asked, [
      { do: "write", path: "hello.txt", content: "hello\n" },
      { do: "shell", command: "ls" },
      { do: "say", text: "I wrote it.\nDONE: it says hello" },
    ]),
  );
  const machine = new Machine(temporaryFolder("repository"));
  machine.git("init", "-q", "-b", "main");
  installAgents(machine);
  AGENTS.find(({ name }) => name === "claude")?.setUp(machine, model.url);
  machine.write({ "README.md": "# Toys\n" });
  machine.commit("first");
  machine.write({ "plan.json": JSON.stringify(PLAN) });

  const { agents } = JSON.parse(await machine.must("agents", "--json"));
  expect(agents[0]).toMatchObject({ name: "claude", state: "ready", source: "found", billing: "api" });
  expect(agents.map(({ version }: { version: string | null }) => version)).not.toContain(null);
  await machine.must("new", "--plan", "plan.json");
  const said = await machine.must("run", "toy");
  expect(said).toContain("Everything waits for a person.");
  expect(machine.git("show", "mission/toy/home:hello.txt")).toBe("hello");
  expect((await machine.status()).asks).toMatchObject([{ id: "toy/q1" }]);

  const output = (await machine.must("output", "toy/hello", "-f")).split("\n").filter((line) => line !== "");
  const places = [
    /^▸ claude 2\.\d+\.\d+ · .+ · session /,
    /^● Write +hello\.txt$/,
    /^● Bash +ls$/,
    /^DONE: it says hello$/,
    /^■ delivered · /,
  ];
  const found = places.map((place) => output.findIndex((line) => place.test(line)));
  expect(found).not.toContain(-1);
  expect(found).toEqual([...found].sort((a, b) => a - b));
  expect(output.filter((line) => line.includes("DONE: it says hello"))).toHaveLength(1);

  const report = JSON.parse(await machine.must("report", "toy", "--by", "agent,runtime", "--json"));
  const keys = report.missions[0].by.map(({ lines }: { lines: { key: string }[] }) => lines[0]?.key);
  expect(keys).toEqual(["coder", "claude"]);
  await machine.must("approve", "toy/q1");
  await machine.must("run", "toy");
  expect(machine.git("log", "--all", "-p", "--format=%B").includes(KEY)).toBe(false);
  await endWell(machine);
}, 180_000);
