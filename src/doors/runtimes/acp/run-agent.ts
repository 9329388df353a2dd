/** The agent's own commands beside its conversation, contained as it is. */

import type { Containment } from "../../processes/containment.ts";
import type { WorkerStart } from "../driver.ts";
import { startProgram } from "../program/start-program.ts";
import type { RunAgent } from "./sessions/opencode.ts";

const LONGEST_MS = 60_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What stands between the program and its way to speak the protocol: `npx opencode-ai acp`. */
const SPEAKS = "acp";

/** `cancelled`: when it is, they end. */
export function agentRunner(
  containment: Containment,
  { order, workspace, env }: WorkerStart,
  cancelled: AbortSignal,
): RunAgent {
  const run = order.runtime?.run ?? [];
  const program = run.slice(0, Math.max(1, run.lastIndexOf(SPEAKS)));
  return async (args) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const { end, stop } = startProgram(containment, {
      command: [...program, ...args],
      cwd: workspace,
      env,
      onOutput(stream, chunk) {
        bytes += chunk.length;
        if (bytes > MAX_BYTES) stop(0);
        else if (stream === "stdout") parts.push(chunk);
      },
      onClose() {},
    });
    const giveUp = (): void => stop(order.limits.killGraceMs);
    const timer = setTimeout(giveUp, LONGEST_MS);
    cancelled.addEventListener("abort", giveUp);
    if (cancelled.aborted) giveUp();
    const { exitCode, spawnError } = await end;
    clearTimeout(timer);
    cancelled.removeEventListener("abort", giveUp);
    if (exitCode === 0 && bytes <= MAX_BYTES) return Buffer.concat(parts).toString("utf8");
    throw new Error(spawnError ?? `${args[0]} failed with exit code ${exitCode}`);
  };
}
