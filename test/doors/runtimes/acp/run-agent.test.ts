import { expect, test } from "vitest";
import { agentRunner } from "../../../../src/doors/runtimes/acp/run-agent.ts";
import type { WorkerStart } from "../../../../src/doors/runtimes/driver.ts";
import { best } from "../../../helpers/containments.ts";
import { temporaryFolder } from "../../../helpers/repositories.ts";
import { anOrder, aRuntime } from "../../../runner/orders.ts";

/** As of `node acp`: other arguments take the place of what follows the program. */
function runner(cancelled: AbortSignal) {
  const order = anOrder({ runtime: aRuntime([process.execPath, "acp"], { kind: "acp" }) });
  const start = { order, workspace: temporaryFolder("workspace"), env: { PATH: process.env.PATH ?? "" } };
  return agentRunner(best, start as unknown as WorkerStart, cancelled);
}

test("an agent's own command is run beside it, and what it prints is the answer", async () => {
  const run = runner(new AbortController().signal);
  expect(await run(["-e", "console.log(6 * 7); console.error('noise')"])).toBe("42\n");
  await expect(run(["-e", "process.exit(3)"])).rejects.toThrow("exit code 3");
});

test("it ends when the run is stopped, before or after it began", async () => {
  const stopping = new AbortController();
  const asked = runner(stopping.signal)(["-e", "setInterval(() => {}, 1000)"]);
  stopping.abort();
  await expect(asked).rejects.toThrow();
  await expect(runner(stopping.signal)(["-e", "setInterval(() => {}, 1000)"])).rejects.toThrow();
});
