import type { RunContext } from "./run-doors.ts";

/**
 * A worker can delete the folder that its workspace lies in. Without its order nobody would know of the run: no stop would
 * find it, and its report would not be appended.
 */
export async function restoreFolder({
  doors,
  order,
  files,
}: Pick<RunContext, "doors" | "order" | "files">): Promise<void> {
  if (!files.hasOrder()) await doors.state.writeOrder(order, "");
}
