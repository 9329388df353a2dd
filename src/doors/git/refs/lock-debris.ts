/** Lock files that a killed git left behind. */

import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** A git that works takes far less; one that waits for an editor holds only the index. */
const STALE_MS = 2 * 60_000;

/** Why a lock is in the way: another git at work, or debris together with the step that clears it. */
export function explainLock(lock: string, gitDir: string, now: () => number): string {
  const age = ageOf(lock, now);
  if (age === null) return `${lock} was held by another git`;
  if (age < STALE_MS || isGitAlive(gitDir)) return `${lock} is held by another git`;
  return `${lock} was left behind ${Math.round(age / 60_000)} minutes ago and no git is running here: remove that file`;
}

function ageOf(file: string, now: () => number): number | null {
  try {
    return now() - statSync(file).mtimeMs;
  } catch {
    return null;
  }
}

/** Whether a git process of this machine works in or below the repository. Where /proc is missing the answer is no. */
function isGitAlive(gitDir: string): boolean {
  return listGitProcesses().some(({ cwd, args }) => {
    // A reader of objects, such as our own, lives long and holds no lock.
    if (args.includes("cat-file")) return false;
    return isNear(cwd, gitDir) || args.some((arg) => arg.includes(gitDir));
  });
}

/** The git processes of this machine that we may look at. */
export function listGitProcesses(): { cwd: string; args: readonly string[] }[] {
  return listNumbers("/proc").flatMap((pid) => {
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      const program = (args[0] ?? "").split("/").pop() ?? "";
      return program === "git" || program.startsWith("git-") ? [{ cwd: readlinkSync(`/proc/${pid}/cwd`), args }] : [];
    } catch {
      return [];
    }
  });
}

function listNumbers(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function isNear(cwd: string, gitDir: string): boolean {
  const top = gitDir.replace(/\/\.git$/, "");
  return cwd === top || cwd.startsWith(`${top}/`);
}
