import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { systemClock } from "../../src/doors/clock.ts";
import { makeProcesses } from "../../src/doors/processes-system.ts";
import { survivorsOf } from "../../src/doors/runtimes/program/survivors.ts";
import { openRunFolder } from "../../src/doors/runtimes/run-folder/run-folder.ts";
import { harvestRun } from "../../src/repo/harvest-run.ts";
import { best } from "../helpers/containments.ts";
import { aWorld, processesWith, type Run, until, type World } from "../runner/world.ts";

const processes = makeProcesses();

function harvest({ clone }: World, run: Run) {
  const doors = {
    git: clone.git,
    authority: clone.authority,
    clock: systemClock,
    processes,
    endSurvivors: survivorsOf(processes),
    openRunFiles: openRunFolder,
    secrets: [],
  };
  return harvestRun(doors, run.order, run.folder);
}

/** Starts the run in a process of its own and kills that as soon as the log has the word. */
async function killedAt(run: Run, word: string): Promise<void> {
  const child = run.start();
  const exit = new Promise((resolve) => child.once("exit", resolve));
  await until(word, () => run.log().includes(word));
  child.kill("SIGKILL");
  await exit;
}

test.each([
  [false, "namespace"],
  [true, "namespace"],
  [false, "group"],
  [true, "group"],
])(
  "kill -9 of the process: commits, files, spending and a question survive (remote: %s, contained by a %s)",
  async (remote, containment) => {
    const world = await aWorld({ remote });
    world.clone.run("config", "mission.containment", containment);
    const run = await world.order(
      `echo b > b.txt; git add -A; git commit -q -m b; echo c > c.txt; rm a.txt
echo 'USAGE: {"usd":0.5,"input":10,"output":5}'; echo 'QUESTION: Which?'; setsid sleep 71 & echo 'DONE: x'; echo ready; sleep 72`,
    );
    await killedAt(run, "ready");
    const left = () => processesWith(`MISSION_RUN=${run.order.run}`);
    // A group is ended by whoever takes over; a namespace dies with the process that made it.
    if (containment === "group" || best.kind === "group") expect(left()).not.toEqual([]);
    else await until("nothing is left", () => left().length === 0);
    const remains = await harvest(world, run);
    expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
    expect(remains).toMatchObject({
      swap: { kind: "won" },
      lastSignal: { kind: "question", text: "Which?" },
      usd: 0.5,
      usdSource: "reported",
      tokens: { input: 10, output: 5, cached: 0 },
    });
    const { clone, remote: bare } = world;
    const at = (name: string) => (bare ?? clone).run("ls-tree", "-r", "--name-only", name).split("\n");
    expect(at(`refs/mission/in/${run.order.run}`)).toEqual(["a.txt", "b.txt", "missions/crm/mission.md"]);
    expect(at(`refs/mission/salvage/${run.order.run}/1`)).toEqual(["b.txt", "c.txt", "missions/crm/mission.md"]);
    expect(remains.head).toBe(clone.run("rev-parse", `refs/mission/in/${run.order.run}`));
    expect((await harvest(world, run)).salvaged).toBe(remains.salvaged);
  },
);

test("a run that died before, while and after its clone was made leaves nothing in the way", async () => {
  const world = await aWorld({
    files: Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`f/${index}.txt`, "x\n"])),
  });
  for (const afterMs of [30, 80, 120, 160, 200, 260]) {
    const run = await world.order("echo b > b.txt; sleep 5");
    const child = run.start();
    const exit = new Promise((resolve) => child.once("exit", resolve));
    await pause(afterMs);
    child.kill("SIGKILL");
    await exit;
    const remains = await harvest(world, run);
    expect(remains.swap.kind).toBe("won");
    expect(processesWith(`MISSION_RUN=${run.order.run}`)).toEqual([]);
  }
});

test("a run without a folder any more answers with its start", async () => {
  const world = await aWorld();
  const run = await world.order("true");
  rmSync(run.folder, { recursive: true });
  expect(await harvest(world, run)).toMatchObject({ head: world.base, salvaged: null, usd: null, lastSignal: null });
});

test("what a worker forged in the run's events kills nothing of others and counts for nothing", async () => {
  const world = await aWorld();
  const victim = { ...processes.self() };
  const run = await world.order(
    `printf '%s\\n' '{"at":1,"kind":"started","owner":{"pid":1,"startedAt":"x","machine":"m","boot":"b","pidNamespace":"n"}}' '{"at":1,"kind":"started","owner":${JSON.stringify({ ...victim, startedAt: "1" })}}' '{"at":1,"kind":"cost","usd":-5}' '{"at":1,"kind":"cost","usd":"NaN"}' 'broken' '[]' >> "$(dirname "$MISSION_PROMPT_FILE")/events.jsonl"; echo ready; sleep 30`,
  );
  await killedAt(run, "ready");
  expect(await harvest(world, run)).toMatchObject({ usd: null });
  expect(processes.liveness(victim)).toBe("alive");
});
