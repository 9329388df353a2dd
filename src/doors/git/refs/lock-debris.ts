/** Lock files that a killed git left behind, and whether a git is at work that may hold them. */

import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/** A git that works takes far less; one that waits for an editor holds only the index. */
const STALE_MS = 2 * 60_000;

/** `unknown`: this machine does not show its processes as files. */
export type LiveGit = "alive" | "none" | "unknown";

/** Why a lock is in the way: another git at work, or debris together with the step that clears it. */
export function explainLock(lock: string, gitDir: string, now: () => number): string {
  const age = ageOf(lock, now);
  if (age === null) return `${lock} was held by another git`;
  const live = findLiveGit([gitDir]);
  if (age < STALE_MS || live === "alive")
    return `${lock} is held by another git, which may be at work; one that is 2 minutes old is cleared by mission doctor --fix`;
  const left = `${lock} was left behind ${Math.round(age / 60_000)} minutes ago and`;
  return live === "none"
    ? `${left} no git is running here: mission doctor --fix`
    : `${left} whether a git still runs can't be seen here: remove that file if none does`;
}

/** Whether a git process of this machine works in or below one of these places: git directories or checkouts. */
export function findLiveGit(places: readonly string[]): LiveGit {
  if (listNumbers("/proc").length === 0) return "unknown";
  const isAtWork = listGitProcesses().some(({ cwd, args }) => {
    // A reader of objects, such as our own, lives long and holds no lock.
    if (args.includes("cat-file")) return false;
    return places.some((place) => isNear(cwd, place) || args.some((arg) => arg.includes(place)));
  });
  return isAtWork ? "alive" : "none";
}

function ageOf(file: string, now: () => number): number | null {
  try {
    return now() - statSync(file).mtimeMs;
  } catch {
    return null;
  }
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

function isNear(cwd: string, place: string): boolean {
  const top = place.replace(/\/\.git$/, "");
  return cwd === top || cwd.startsWith(`${top}/`);
}
