/** From the worker's end to what git shows: everything it left as one commit, and what that changes. */

import type { Order, WorkerEnd } from "../../model/run.ts";
import { type Gathered, gatherWork, type WorkDoors, writeMerge } from "../../repo/import-work.ts";
import { findConflict, mergeByHand } from "../../repo/kept-conflict.ts";
import { classifyPaths, type PathFindings, readChanges } from "../../repo/paths.ts";
import type { RunContext } from "../run-doors.ts";
import type { Delivery } from "./outcome.ts";

export interface Delivered extends Delivery, Pick<PathFindings, "protectedPaths" | "outsidePaths"> {
  problems: readonly string[];
}

/** Takes the work in, without pushing it, and holds its paths against the order's policy. */
export async function deliverWork(run: RunContext, end: WorkerEnd): Promise<Delivered> {
  const { doors, order, authority, files, secrets } = run;
  const { git, clock } = doors;
  // What it held before it may have taken out again.
  files.setLeak(null);
  const gathered = await gatherWork({ git, authority, clock, runFiles: files, secrets }, order);
  const { gone, leak, problems } = gathered;
  const head = isSaidDone(end) ? await bringTogether({ git, clock }, order, gathered) : gathered.head;
  const [headTree, startTree, baseTree] = await Promise.all(
    [head, order.start, order.base].map((id) => treeOf(run, id)),
  );
  // What would land is judged, not only what this worker added. Where home could not be merged in, it counts from the
  // place where both went apart, else home's own changes would look like the worker's.
  const from = order.conflicted ? ((await git.mergeBase(order.base, head)) ?? order.base) : order.base;
  const found = classifyPaths(await readChanges(git, from, head, order.policy), order.policy);
  const changed = headTree !== startTree || (order.conflicted && head !== order.start);
  const conflict = await findConflict(git, order, head);
  return {
    head,
    gone,
    leak,
    changed,
    landable: order.conflicted ? conflict === null : headTree !== baseTree,
    conflict,
    problems,
    ...found,
  };
}

/** What a worker broke off in the middle of is not what it means a file to be. */
function isSaidDone({ reason, lastSignal }: WorkerEnd): boolean {
  return reason === "exited" && (lastSignal?.kind === "done" || lastSignal?.kind === "review");
}

/** Who commits can merge as well: its word on both is the merge that it makes. */
async function bringTogether(
  doors: Pick<WorkDoors, "git" | "clock">,
  order: Order,
  { head, own }: Pick<Gathered, "head" | "own">,
): Promise<string> {
  if (!order.conflicted || own !== order.start || head === own) return head;
  const tree = await mergeByHand(doors.git, order, head);
  return tree === null ? head : writeMerge(doors, order, { tree, work: head });
}

async function treeOf({ doors }: RunContext, commit: string): Promise<string> {
  const tree = (await doors.git.readCommit(commit))?.tree;
  if (tree === undefined) throw new Error(`commit ${commit} is missing`);
  return tree;
}
