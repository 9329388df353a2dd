/** Where the main checkout of a repository is. */

import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isTrue, lastValue, readConfigFile } from "./config.ts";

/** null in a bare repository, and where only the checkout itself knows of its git directory. */
export function findMainWorktree(gitDir: string): string | null {
  const config = readConfigFile(join(gitDir, "config"));
  const elsewhere = lastValue(config, "core.worktree");
  if (elsewhere !== null) return resolve(gitDir, elsewhere);
  if (isTrue(lastValue(config, "core.bare"))) return null;
  return basename(gitDir) === ".git" ? dirname(gitDir) : null;
}

/**
 * Where relative addresses of remotes begin: the top of the main checkout, in a bare repository the repository itself. In
 * a linked checkout plain git begins at that one's top; here all of a repository must reach the same remote.
 */
export function findRemoteBase(gitDir: string): string {
  const worktree = findMainWorktree(gitDir);
  return worktree !== null && existsSync(worktree) ? worktree : gitDir;
}
