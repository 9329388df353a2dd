import type { RunContext } from "./run-doors.ts";

/**
 * A worker can delete the folder that its workspace lies in. Without its order nobody would know of the run: no stop would
 * find it, and its report would not be appended.
 */
export function restoreFolder({ doors, order, files }: Pick<RunContext, "doors" | "order" | "files">): void {
  if (!files.hasOrder()) doors.state.writeOrder(order, "");
}
