import type { Git } from "../doors/git.ts";
import { MISSION_FOLDERS } from "./standing.ts";

/** The tree without the missions' folders. */
export function codeTreeOf(git: Git, commitOrTree: string): Promise<string> {
  return git.codeTree(commitOrTree, MISSION_FOLDERS);
}
