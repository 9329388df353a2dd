import { spawnSync } from "node:child_process";
import { GitError } from "../../git.ts";
import { GIT_SETTINGS } from "./environment.ts";
import { GIT_TIMEOUT_MS, type GitRunner } from "./spawn.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** The bytes of a blob, at once, by a process of its own. Throws `GitError` where git has no such blob. */
export function readBlobNow({ gitDir, env }: GitRunner, oid: string): Uint8Array {
  const args = ["cat-file", "blob", oid];
  const { status, stdout, stderr, error } = spawnSync("git", [`--git-dir=${gitDir}`, ...GIT_SETTINGS, ...args], {
    cwd: gitDir,
    env: { ...env },
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: MAX_BYTES,
    timeout: GIT_TIMEOUT_MS,
  });
  if (status !== 0) throw new GitError(args, status, error?.message ?? stderr.toString("utf8"));
  return stdout;
}
