/** From the worker's end to what git shows: everything it left as one commit, and what that changes. */

import { gatherWork } from "../../repo/import-work.ts";
import { findConflict } from "../../repo/kept-conflict.ts";
import { classifyPaths, type PathFindings, readChanges } from "../../repo/paths.ts";
import type { RunContext } from "../run-doors.ts";
import type { Delivery } from "./outcome.ts";

export interface Delivered extends Delivery, Pick<PathFindings, "protectedPaths" | "outsidePaths"> {
  problems: readonly string[];
}

/** Takes the work in, without pushing it, and holds its paths against the order's policy. */
export async function deliverWork(run: RunContext): Promise<Delivered> {
  const { doors, order, authority, files, secrets } = run;
  const { git, clock } = doors;
  // What it held before it may have taken out again.
  files.setLeak(null);
  const { head, gone, leak, problems } = await gatherWork({ git, authority, clock, runFiles: files, secrets }, order);
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

async function treeOf({ doors }: RunContext, commit: string): Promise<string> {
  const tree = (await doors.git.readCommit(commit))?.tree;
  if (tree === undefined) throw new Error(`commit ${commit} is missing`);
  return tree;
}
