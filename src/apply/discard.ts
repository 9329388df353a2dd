import type { Applied, Discard } from "../model/decision.ts";
import { releaseHeld } from "../repo/import-work.ts";
import { type ApplyContext, describeAppend } from "./context.ts";
import { harvest } from "./harvest.ts";

/** Closes a run that nobody carries out and no open claim speaks of, so that nobody looks at it again. Work that it left is taken in. */
export async function applyDiscard(context: ApplyContext, { run, because }: Discard): Promise<Applied> {
  const { git, state, files } = context.doors;
  const isWork = state.readOrder(run)?.runKind === "work" && files.exists(`${state.runFolder(run)}/workspace`);
  const remains = isWork ? await harvest(context, run) : null;
  if (remains && remains.swap.kind !== "won") return describeAppend(remains.swap, "");
  if (remains) await releaseHeld(git, run);
  state.closeRun(run);
  return { kind: "done", detail: `closed ${run}: ${because}` };
}
