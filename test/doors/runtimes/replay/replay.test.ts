import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Runtime } from "../../../../src/model/documents.ts";
import { aWorld, type World } from "../../../runner/world.ts";

const ADD_B = "diff --git a/b.txt b/b.txt\nnew file mode 100644\n--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1 @@\n+b\n";
const ADD_C = ADD_B.replaceAll("b.txt", "c.txt");
const CHANGE_A = "diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-a\n+changed\n";

function record(files: Record<string, string>): Runtime {
  const folder = mkdtempSync(join(tmpdir(), "recordings-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { name: "demo", kind: "replay", run: [], env: [], cost: "none", billing: null, folder };
}

async function play(world: World, runtime: Runtime, given: Parameters<World["order"]>[1] = {}) {
  const run = await world.order("", { runtime, ...given });
  expect(await run.carryOut()).toBe(0);
  return { run, ...(await run.ended()) };
}

test("patches become commits, the rest is left uncommitted, lines and handoff arrive", async () => {
  const world = await aWorld();
  const runtime = record({
    "contacts/1/output.txt": "thinking\nwriting\n",
    "contacts/1/01-add-b.patch": ADD_B,
    "contacts/1/01-add-b.md": "# Add the list\n\nMore.\n",
    "contacts/1/02-change-a.patch": CHANGE_A,
    "contacts/1/03-add-c.uncommitted.patch": ADD_C,
    "contacts/1/handoff.md": "# Summary\nDid it.\n",
    "contacts/1/signals.txt": 'USAGE: {"input":10,"output":2}\nDONE: all there\n',
  });
  const { run, fact, body, attachments } = await play(world, runtime);
  expect(fact).toMatchObject({
    outcome: "delivered",
    runtime: "demo",
    usage: { costUsd: 0, costSource: "reported", tokensIn: 10 },
  });
  expect(body).toBe("all there");
  expect(attachments["handoff.md"]).toContain("Did it.");
  expect(run.log()).toMatch(/^thinking\nwriting\napplying 01-add-b.patch\n/);
  expect(world.clone.run("log", "--format=%s", `${world.base}..${fact.head}`).split("\n")).toEqual([
    "Contact list (uncommitted work)",
    "change a",
    "Add the list",
  ]);
  expect(world.clone.run("show", `${fact.head}:c.txt`)).toBe("b");
});

test("an attempt without a recording plays the one before it; what is there already is passed over", async () => {
  const world = await aWorld();
  const runtime = record({
    "contacts/1/01-add-b.patch": ADD_B,
    "contacts/1/signals.txt": "DONE: x\n",
    "contacts/3/signals.txt": "QUESTION: third?\n",
  });
  const first = await play(world, runtime, { attempt: 1 });
  const second = await play(world, runtime, { attempt: 2, start: first.fact.head ?? "" });
  expect(second.fact).toMatchObject({ outcome: "delivered", head: first.fact.head });
  expect((await play(world, runtime, { attempt: 4 })).fact.outcome).toBe("question");
});

test("a fix feature plays what it fixes, without the digits of its name", async () => {
  const world = await aWorld();
  const runtime = record({
    "fix-val-auth-001/1/01-add-b.patch": ADD_B,
    "fix-val-auth-001/1/signals.txt": "DONE: fixed\n",
  });
  const { body } = await play(world, runtime, { about: { kind: "feature", feature: "fix-val-auth-001-3fa2" } });
  expect(body).toBe("fixed");
});

test("no recording, or a patch that does not apply, is blocked", async () => {
  const world = await aWorld();
  expect((await play(world, record({}))).body).toContain("no recording for contacts");
  const conflict = record({ "contacts/1/01-change.patch": CHANGE_A.replace("-a\n", "-other\n") });
  expect(await play(world, conflict)).toMatchObject({
    fact: { outcome: "failed" },
    body: expect.stringContaining("01-change.patch"),
  });
});

test("hooks that the person has for all repositories do not take part", async () => {
  const world = await aWorld();
  const hooks = mkdtempSync(join(tmpdir(), "hooks-"));
  for (const hook of ["prepare-commit-msg", "post-commit"]) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${hooks}/ran\nexit 1\n`, { mode: 0o755 });
  }
  world.clone.run("config", "--global", "core.hooksPath", hooks);
  try {
    const recording = record({ "contacts/1/01-add-b.patch": ADD_B, "contacts/1/signals.txt": "DONE: x\n" });
    expect((await play(world, recording)).fact.outcome).toBe("delivered");
    expect(existsSync(join(hooks, "ran"))).toBe(false);
  } finally {
    world.clone.run("config", "--global", "--unset", "core.hooksPath");
  }
});

test("it can linger past a limit and end with a bad exit code", async () => {
  const world = await aWorld();
  const lingering = record({ "contacts/1/replay.json": '{"lingerMs":60000}', "contacts/1/output.txt": "up\n" });
  expect((await play(world, lingering, { limits: { idleMs: 800 } })).fact.outcome).toBe("idle");
  const bad = record({ "contacts/1/replay.json": '{"exitCode":5}', "contacts/1/output.txt": "up\n" });
  expect((await play(world, bad)).body).toContain("exit code 5");
});

test("a relative folder counts from the main checkout", async () => {
  const world = await aWorld();
  mkdirSync(join(world.clone.folder, "recordings/contacts/1"), { recursive: true });
  writeFileSync(join(world.clone.folder, "recordings/contacts/1/signals.txt"), "DONE: relative\n");
  expect((await play(world, { ...record({}), folder: "recordings" })).body).toBe("relative");
});
