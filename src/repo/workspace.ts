/** The private clone of a run, from the commit it starts at to the moment before anything of the repository runs in it. */

import type { Git } from "../doors/git.ts";
import type { RunFiles } from "../doors/runtimes/run-folder/run-files.ts";
import type { Workspaces } from "../doors/workspace.ts";
import { LIMITS } from "../model/limits.ts";
import type { Order } from "../model/run.ts";
import { releaseHeld } from "./import-work.ts";

export interface WorkspaceDoors {
  git: Git;
  workspaces: Workspaces;
  runFiles: RunFiles;
}

/** Makes the clone. Until the worker starts nothing in it counts as work. */
export async function makeWorkspace({ workspaces, runFiles }: WorkspaceDoors, order: Order): Promise<void> {
  runFiles.setPreparing(true);
  await workspaces.makeClone({
    gitDir: order.gitDir,
    path: runFiles.workspace,
    commit: order.start,
    branch: order.branch,
    home: order.conflicted ? order.base : null,
  });
}

/**
 * For work, what `.worktreeinclude` of the main checkout lists is copied in; what judges work gets nothing but the commit.
 * Answers the copied paths.
 */
export async function copyIncluded(doors: WorkspaceDoors, order: Order): Promise<readonly string[]> {
  const { git, workspaces, runFiles } = doors;
  const checkout = mainCheckout(git);
  if (order.runKind !== "work" || checkout === null) return [];
  return workspaces.copyIncluded({ checkout, path: runFiles.workspace });
}

/** Takes back `makeWorkspace`, for a run that must not begin. Nothing has run in the clone. */
export async function dropWorkspace({ git, workspaces, runFiles }: WorkspaceDoors, order: Order): Promise<void> {
  await workspaces.remove(runFiles.workspace);
  await releaseHeld(git, order.run);
}

/**
 * Notes what lies in the workspace and is neither tracked nor ignored, so that it is never taken for work. By a snapshot
 * and not by git in the workspace: setup runs what an earlier worker wrote, which may have set up git there.
 */
export async function excludeLeftovers({ git, runFiles }: WorkspaceDoors, order: Order): Promise<void> {
  const tree = await git.snapshotFolder(runFiles.workspace, order.start, {
    indexFile: runFiles.indexFile,
    excludeFile: null,
    tooLarge: { bytes: LIMITS.fileBytes, tell: () => {} },
  });
  const added = (await git.changedPaths(order.start, tree)).filter(({ status }) => status === "A");
  if (added.length > 0) runFiles.writeExclude(added.map(({ path }) => path));
}

/** null in a bare repository, and where the git directory lies apart from its checkout. */
function mainCheckout(git: Git): string | null {
  return git.isBare || !git.gitDir.endsWith("/.git") ? null : git.gitDir.slice(0, -"/.git".length);
}
