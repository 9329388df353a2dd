import type { Context } from "../command.ts";
import { onInterrupt } from "./interrupt.ts";

const TICK_MS = 500;

/** Comes back when no process of this host carries out a run any more, or on Ctrl-C; runs go on then. */
export async function waitForRuns({ doors }: Context): Promise<void> {
  const interrupt = onInterrupt();
  const isRunning = () => doors.state.listRuns().some(({ owner, closed }) => owner === "alive" && !closed);
  while (!interrupt.happened && isRunning()) await interrupt.sleep(TICK_MS);
  interrupt.stop();
}
