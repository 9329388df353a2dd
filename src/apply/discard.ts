import type { Applied, Discard } from "../model/decision.ts";
import type { ApplyContext } from "./context.ts";

/** Closes an order that was never claimed, so that nobody looks at it again. */
export async function applyDiscard({ doors }: ApplyContext, { run, because }: Discard): Promise<Applied> {
  doors.state.closeRun(run);
  return { kind: "done", detail: `closed ${run}: ${because}` };
}
