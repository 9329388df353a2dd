/** Another checkout of what is judged in the place of one that somebody has worked in: git never runs in that one. */

import { makeWorkspace } from "../../repo/workspace.ts";
import type { RunContext } from "../run-doors.ts";
import { setUp } from "../setup.ts";

/**
 * Cloned and set up anew: what a judge or a command left would be evidence for the next one, also where git ignores it.
 * Answers why it could not be made, in words; null when it stands.
 */
export async function renewCheckout({ doors, files, ...run }: RunContext): Promise<string | null> {
  const { git, workspaces } = doors;
  try {
    await workspaces.remove(files.workspace);
    const workspace = makeWorkspace({ git, workspaces, runFiles: files }, run.order);
    // Told where it is awaited.
    workspace.catch(() => {});
    const setup = await setUp({ ...run, doors, files, workspace });
    if (setup.kind === "ready") return null;
    if (setup.kind === "stopped") return "the run was stopped";
    return `its checkout could not be set up again: \`${setup.command}\`: ${setup.because}`;
  } catch (error) {
    return `its checkout could not be made anew: ${error instanceof Error ? error.message : String(error)}`;
  }
}
