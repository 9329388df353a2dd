/**
 * Takes a worker's work into the repository: its commits by an import with object checks, what it did not commit by a
 * snapshot of its files. Git never runs inside the workspace. What was taken in once stays reachable: a worker that
 * rewinds or rewrites its history gets a commit on top of both.
 *
 * Beside the authority's refs there are two local ones below `refs/mission/held/<run>`: `start` keeps what the clone
 * borrows from being collected before anything is pushed, `head` is where an import arrives.
 */

import type { Clock } from "../doors/clock.ts";
import { type Git, GitError, type RefUpdate } from "../doors/git.ts";
import type { RunFiles } from "../doors/runtimes/run-folder/run-files.ts";
import { plainLine } from "../format/plain-text.ts";
import { printMessage } from "../format/trailers.ts";
import type { Secret } from "../model/given-variables.ts";
import { thingName } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Order } from "../model/run.ts";
import type { Authority } from "./authority.ts";
import type { SwapOutcome } from "./authority-outcome.ts";
import { findLeak } from "./leaks.ts";

export interface WorkDoors {
  git: Git;
  authority: Authority;
  clock: Clock;
  runFiles: RunFiles;
  /** What the run was given and must not leave this machine. */
  secrets: readonly Secret[];
}

export interface Gathered {
  /** Commit that holds all that could be taken in. */
  head: string;
  /** The last commit of the worker's own; the start where it made none. */
  own: string;
  /** The workspace is gone, or something else is in its place. */
  gone: boolean;
  /** What must not leave this machine, as `findLeak` says it; null: nothing. */
  leak: string | null;
  /** What could not be taken in, in words. */
  problems: readonly string[];
}

export interface Harvested {
  head: string;
  /** Commit with the files that were not committed; null when there are none. */
  salvaged: string | null;
  /** Whether the authority has both now. */
  swap: SwapOutcome;
  /** Why nothing was pushed, as `findLeak` says it; null: all was that is new. */
  leak: string | null;
  /** What could not be taken in, in words. */
  problems: readonly string[];
}

/** Local refs of a run, see above. */
export function heldRefs(run: string): { start: string; head: string } {
  return { start: `refs/mission/held/${run}/start`, head: `refs/mission/held/${run}/head` };
}

/** Keeps what the clone of a new run will borrow. */
export function holdStart({ run, start }: Order): RefUpdate {
  return { name: heldRefs(run).start, new: start, old: null };
}

/** Lets go of what was held here, once the authority has the work. */
export async function releaseHeld(git: Git, run: string): Promise<void> {
  const held = await git.listRefs([`refs/mission/held/${run}`]);
  await git.updateRefs([...held].map(([name, old]) => ({ name, new: null, old })));
}

/** Everything that a worker left, as one commit that follows the commit it was given. Nothing is pushed. */
export async function gatherWork(doors: WorkDoors, order: Order): Promise<Gathered> {
  const gone = doors.runFiles.inspectWorkspace() === "gone";
  const { head, problems } = await importHead(doors, order);
  const snapshot = gone ? { tree: null, problems: [] } : await snapshotWork(doors, head);
  const committed = snapshot.tree === null ? head : await writeWork(doors, order, snapshot.tree, [head], UNCOMMITTED);
  const leak = await lookForLeak(doors, order, [committed]);
  return { head: committed, own: head, gone, leak, problems: [...problems, ...snapshot.problems] };
}

/**
 * Takes in and pushes what there is now: commits to the `in` ref, uncommitted files to the salvage ref, each salvage on top
 * of the one before it.
 */
export async function harvestWork(doors: WorkDoors, order: Order): Promise<Harvested> {
  const { git, authority, runFiles } = doors;
  // Files of the person's that were copied in must not get into git, nor what a setup left that was cut off.
  if (runFiles.isPreparing()) return { head: order.start, salvaged: null, ...UNTOUCHED, leak: null, problems: [] };
  const inRef = authority.inRef(order.run);
  const salvageRef = authority.salvageRef(order.run, 1);
  const gone = runFiles.inspectWorkspace() === "gone";
  const { head, problems } = await importHead(doors, order);
  const snapshot = gone ? { tree: null, problems: [] } : await snapshotWork(doors, head);
  const { tree } = snapshot;
  const known = await git.listRefs([inRef, salvageRef]);
  const last = known.get(salvageRef) ?? null;
  const salvaged = tree === null ? null : await salvage(doors, order, tree, head, last);
  const updates = [
    ...(known.get(inRef) === head ? [] : [await inUpdate(git, inRef, head, known.get(inRef) ?? null)]),
    ...(salvaged === null || salvaged === last ? [] : [{ name: salvageRef, new: salvaged, old: last }]),
  ];
  const leak =
    updates.length === 0
      ? null
      : await lookForLeak(
          doors,
          order,
          updates.map((update) => update.new),
        );
  if (leak !== null) return { head: known.get(inRef) ?? order.start, salvaged: null, ...UNTOUCHED, leak, problems: [] };
  const swap: SwapOutcome = updates.length === 0 ? { kind: "won" } : await authority.swap(updates);
  // Pushed by somebody else, such as a pulse that took us for dead: the next harvest starts from there.
  if (swap.kind === "lost") await authority.fetch(updates.map(({ name }) => name));
  return { head, salvaged, swap, leak, problems: [...problems, ...snapshot.problems] };
}

const UNTOUCHED = { swap: { kind: "won" } } as const;

/** Noted in the run's folder: who comes after it may know less of what it was given. */
async function lookForLeak(
  { git, runFiles, secrets }: Pick<WorkDoors, "git" | "runFiles" | "secrets">,
  order: Order,
  tips: readonly string[],
): Promise<string | null> {
  const leak = await findLeak(git, secrets, { tips, known: [order.base, order.start] });
  if (leak !== null) runFiles.setLeak(leak);
  return leak ?? runFiles.leak();
}

/** HEAD of the workspace, or what was taken in last where there is none any more. */
async function importHead(doors: WorkDoors, order: Order): Promise<{ head: string; problems: readonly string[] }> {
  const { git, runFiles } = doors;
  const held = await heldHead(doors, order);
  if (runFiles.inspectWorkspace() !== "whole") return { head: held, problems: [] };
  try {
    const imported = await git.importRef(runFiles.workspace, "HEAD", heldRefs(order.run).head);
    if (imported === null || imported === held) return { head: held, problems: [] };
    return { head: await follow(doors, order, held, imported), problems: [] };
  } catch (error) {
    // A full disk says nothing of the work: it stays where it is until it can be taken in.
    if (!(error instanceof GitError) || error.isOfMachine) throw error;
    return { head: held, problems: [`its commits were refused: ${plainLine(error.stderr)}`] };
  }
}

/** The last commit that was taken in; the start before the first one. */
async function heldHead({ git, authority }: WorkDoors, order: Order): Promise<string> {
  const inRef = authority.inRef(order.run);
  const held = (await git.listRefs([inRef])).get(inRef);
  if (held === undefined || held === order.start) return order.start;
  return (await git.isAncestor(order.start, held)) ? held : order.start;
}

async function follow(doors: WorkDoors, order: Order, held: string, imported: string): Promise<string> {
  const { git } = doors;
  if (await git.isAncestor(held, imported)) return imported;
  const tree = (await git.readCommit(imported))?.tree;
  if (tree === undefined) throw new Error(`an imported commit is missing: ${imported}`);
  const parents = (await git.isAncestor(imported, held)) ? [held] : [held, imported];
  return writeWork(doors, order, tree, parents, REWRITTEN);
}

/** The tree of the files, null when it is the tree of `head`. */
async function snapshotWork(
  { git, runFiles }: WorkDoors,
  head: string,
): Promise<{ tree: string | null; problems: readonly string[] }> {
  try {
    const excludeFile = runFiles.hasExclude() ? runFiles.excludeFile : null;
    const large: string[] = [];
    const tree = await git.snapshotFolder(runFiles.workspace, head, {
      indexFile: runFiles.indexFile,
      excludeFile,
      tooLarge: { bytes: LIMITS.fileBytes, tell: (path) => large.push(path) },
    });
    const problems =
      large.length === 0 ? [] : [`files of more than 100 MB were left out: ${plainLine(large.join(", "))}`];
    return { tree: tree === (await git.readCommit(head))?.tree ? null : tree, problems };
  } catch (error) {
    if (!(error instanceof GitError) || error.isOfMachine) throw error;
    return { tree: null, problems: [`its uncommitted files could not be read: ${plainLine(error.stderr)}`] };
  }
}

async function salvage(
  doors: WorkDoors,
  order: Order,
  tree: string,
  head: string,
  last: string | null,
): Promise<string> {
  if (last !== null && (await doors.git.readCommit(last))?.tree === tree) return last;
  return writeWork(doors, order, tree, last === null ? [head] : [head, last], UNCOMMITTED);
}

async function inUpdate(git: Git, name: string, head: string, old: string | null) {
  // Only where somebody set it to a commit that the run does not start from.
  const allowRewind = old !== null && !(await git.isAncestor(old, head));
  return { name, new: head, old, allowRewind };
}

const UNCOMMITTED = "uncommitted work";
const REWRITTEN = "rewritten history";

/** Home brought into work. */
export function writeMerge(
  doors: Pick<WorkDoors, "git" | "clock">,
  order: Order,
  { tree, work }: { tree: string; work: string },
): Promise<string> {
  return writeWork(doors, order, tree, [work, order.base], "together with home");
}

/** By plumbing: no hook, no signature, no setting of the worker has a say. */
async function writeWork(
  { git, clock }: Pick<WorkDoors, "git" | "clock">,
  order: Order,
  tree: string,
  parents: readonly string[],
  what: string,
): Promise<string> {
  const feature = order.about.kind === "feature" ? order.about.feature : null;
  const message = printMessage({
    subject: `${plainLine(order.title, 100)} (${what})`,
    body: "",
    trailers: [
      ["Mission", thingName(order.mission, feature)],
      ["Mission-Run", order.run],
    ],
  });
  const author = order.identity;
  return git.writeCommit({ tree, parents, message, author, committer: author, at: clock.now() });
}
