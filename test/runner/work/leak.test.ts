/** The value of a secret that a run was given gets neither home nor to the remote, and its work is not lost. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../../src/doors/clock.ts";
import { systemLeftovers } from "../../../src/doors/leftovers.ts";
import { openRunFolder } from "../../../src/doors/runtimes/run-folder/run-folder.ts";
import { proveKept } from "../../../src/repo/prove-kept.ts";
import { aRuntime } from "../orders.ts";
import { aWorld } from "../world.ts";

const KEY = "sk-0123456789abcdef";

async function play(script: string) {
  const world = await aWorld({ remote: true });
  const runtime = aRuntime(["bash", "-c", script], { env: ["ANTHROPIC_API_KEY"] });
  const run = await world.order("", { runtime, limits: { harvestMs: 100 } });
  await run.carryOut({ ANTHROPIC_API_KEY: KEY });
  const onRemote = world.remote?.run("rev-list", "--objects", "--all").split("\n") ?? [];
  return { world, run, onRemote, ...(await run.ended()) };
}

test.each([
  ["that it commits", "env > leak.txt; git add -A; git commit -qm leak; sleep 0.5; echo 'DONE: x'"],
  ["that it leaves", "echo good > good.txt; env > leak.txt; sleep 0.5; echo 'DONE: x'"],
  [
    "that it took out again",
    "env > leak.txt; git add -A; git commit -qm a; git rm -q leak.txt; git commit -qm b; echo 'DONE: x'",
  ],
  ["as it asks", "env > leak.txt; echo 'QUESTION: which?'"],
])("a file %s is told by name, and stays in the workspace", async (_title, script) => {
  const { run, onRemote, fact, body } = await play(script);
  expect([fact.outcome, fact.head]).toEqual(["policy", null]);
  expect(body).toContain("It contains the value of ANTHROPIC_API_KEY: leak.txt.");
  expect(body).not.toContain(KEY);
  expect(onRemote.filter((line) => line.includes("leak.txt"))).toEqual([]);
  expect(existsSync(join(run.workspace, ".git"))).toBe(true);
});

test("nor does it get there when the workspace is to be cleaned, by a pulse that does not know the key", async () => {
  const { world, run } = await play(
    "git checkout -qb side; env > leak.txt; git add -A; git commit -qm leak; echo 'DONE: x'",
  );
  const { git, authority } = world.clone;
  const doors = { git, authority, clock: systemClock, leftovers: systemLeftovers, openRunFiles: openRunFolder };
  const local = {
    run: run.order.run,
    folder: run.folder,
    order: run.order,
    owner: "dead",
    closed: true,
    waiting: 0,
  } as const;
  const before = world.remote?.run("for-each-ref");
  const kept = await proveKept({ ...doors, rules: null, secrets: [] }, local, null);
  expect(kept).toMatchObject({ files: "secret", reason: "the value of ANTHROPIC_API_KEY: leak.txt" });
  expect(world.remote?.run("for-each-ref")).toBe(before);
});

test("work without it is delivered as ever", async () => {
  const { run, fact } = await play("echo good > good.txt; sleep 0.3; echo 'DONE: x'");
  expect(fact.outcome).toBe("delivered");
  expect(run.work()).toContain("good.txt");
});
