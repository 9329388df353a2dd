/** A workspace that is gone ends its run once, as a failure of the work; nothing of it ends the process that looks after it. */

import { join } from "node:path";
import { expect, test } from "vitest";
import type { RuntimeKind } from "../../../src/model/documents.ts";
import { temporaryFolder } from "../../helpers/repositories.ts";
import { aRuntime } from "../orders.ts";
import { aWorld } from "../world.ts";

const AGENT = join(import.meta.dirname, "leaving-agent.ts");
const KINDS: readonly RuntimeKind[] = ["command", "claude", "codex", "acp"];

test.each(KINDS)("a worker of the kind %s that deletes its workspace and stays", async (kind) => {
  const runtime = aRuntime([process.execPath, AGENT, kind], { kind });
  const run = await (await aWorld()).order("", { runtime });
  const env = { HOME: temporaryFolder("home") };
  expect(await run.carryOut(env)).toBe(0);
  const { fact, body } = await run.ended();
  expect([fact.outcome, body]).toEqual(["failed", expect.stringContaining("the workspace is gone")]);
  expect((await run.records()).map(({ fact: { kind: each } }) => each)).toEqual(["run-ended"]);
});

test("a setup that deletes the workspace has failed", async () => {
  const run = await (await aWorld()).order("echo 'DONE: x'", { setup: ['rm -rf "$PWD"'] });
  expect(await run.carryOut()).toBe(0);
  const { fact, body } = await run.ended();
  expect([fact.outcome, body]).toEqual(["setup-failed", expect.stringContaining("the workspace is gone")]);
});

test.each(KINDS)("a judge of the kind %s that deletes its checkout comes to no verdict", async (kind) => {
  const runtime = aRuntime([process.execPath, AGENT, kind], { kind });
  const run = await (await aWorld()).order("", { runtime, runKind: "review" });
  expect(await run.carryOut({ HOME: temporaryFolder("home") })).toBe(0);
  const { fact, body } = await run.verdict();
  expect([fact.result, body]).toEqual(["inconclusive", expect.stringContaining("the workspace is gone")]);
});
