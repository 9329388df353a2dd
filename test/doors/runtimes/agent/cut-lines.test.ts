/** Lines that are too long to be read: nobody waits for ever for what stood in them. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeProcesses } from "../../../../src/doors/processes-system.ts";
import type { WorkerEvent } from "../../../../src/doors/runtimes/driver.ts";
import { systemDrivers } from "../../../../src/doors/runtimes/drivers.ts";
import { best } from "../../../helpers/containments.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";
import { anOrder, aRuntime } from "../../../runner/orders.ts";

const BIG = '"x".repeat(9 * 1024 * 1024)';
/** Reads its prompt, asks for something with a content of 9 MB, hears the answer, and gives a result as long. */
const CLAUDE = `
const print = (line) => console.log(JSON.stringify(line));
const lines = require("node:readline").createInterface({ input: process.stdin })[Symbol.asyncIterator]();
(async () => {
  await lines.next();
  print({ type: "system", subtype: "init", session_id: "s", model: "m" });
  print({ type: "control_request", request_id: "r1", request: { subtype: "can_use_tool", tool_name: "Write", input: { file_path: "a", content: ${BIG} } } });
  const { value } = await lines.next();
  print({ type: "assistant", message: { id: "m1", content: [{ type: "text", text: "heard " + value }] } });
  print({ type: "result", subtype: "success", is_error: false, result: "DONE: " + ${BIG} });
  await lines.next();
})();`;
const CODEX = `
const print = (line) => console.log(JSON.stringify(line));
print({ type: "thread.started", thread_id: "t" });
print({ type: "item.completed", item: { id: "1", type: "agent_message", text: "DONE: too early" } });
print({ type: "item.completed", item: { id: "2", type: "agent_message", text: ${BIG} } });
print({ type: "turn.completed", usage: { input_tokens: 1, output_tokens: 1 } });`;

async function play(
  kind: "claude" | "codex",
  program: string,
): Promise<{ events: WorkerEvent[]; exitCode: number | null }> {
  const folder = temporaryFolder("cut");
  const script = join(folder, "agent.cjs");
  writeFileSync(script, program);
  writeFileSync(join(folder, "prompt.md"), "Do it.\n");
  const drivers = systemDrivers(
    { processes: makeProcesses(), containment: best },
    { node: process.execPath, main: "" },
  );
  const events: WorkerEvent[] = [];
  const worker = drivers(kind)?.start({
    order: anOrder({ runtime: aRuntime([process.execPath, script], { kind }) }),
    workspace: folder,
    env: { PATH: process.env.PATH ?? "", HOME: folder },
    promptFile: join(folder, "prompt.md"),
    handoffFile: join(folder, "handoff.md"),
    onEvent: (event) => events.push(event),
  });
  return { events, exitCode: (await worker?.end)?.exitCode ?? null };
}

test("Claude's request is denied, and its result is a failure", async () => {
  const { events, exitCode } = await play("claude", CLAUDE);
  expect(exitCode).toBe(0);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: "text", text: expect.stringMatching(/heard .*"deny"/) }),
  );
  expect(events.filter(({ kind }) => kind === "error" || kind === "done")).toEqual([
    { kind: "error", code: "other", text: "its last message is too long to be read", until: null },
  ]);
});

test("what Codex said before a last message that can't be read is no last message", async () => {
  const { events } = await play("codex", CODEX);
  expect(events).toContainEqual({ kind: "done", text: "" });
});
