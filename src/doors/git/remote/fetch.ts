/** Fetches with explicit refspecs only: nothing of the person's own tracking refs, tags or FETCH_HEAD moves. */

import type { FetchResult } from "../../git.ts";
import { failure, type GitOutput, type GitRunner } from "../process/spawn.ts";
import { explainLock } from "../refs/lock-debris.ts";
import { describeFailure } from "./list-remote.ts";

const FLAGS = [
  "fetch",
  "--no-tags",
  "--no-write-fetch-head",
  "--no-auto-maintenance",
  "--no-write-commit-graph",
  "--no-recurse-submodules",
  "--no-multiple",
  "--refmap=",
  // When the person's settings turn this off, git takes each update for a fast-forward and rewinds refs silently.
  "--show-forced-updates",
];

const MOST_RACES = 4;
const WAS_QUICKER = /\(unable to update local ref\)|cannot lock ref '[^']+': (?:is at|reference already exists)/;

export interface FetchOptions {
  prune?: boolean;
  timeoutMs: number;
}

/** A name that the remote does not have ends a whole fetch, so it is left out and told as `missing`. */
export async function fetch(
  runner: GitRunner,
  remote: string,
  refspecs: readonly string[],
  options: FetchOptions,
): Promise<FetchResult> {
  let left = refspecs;
  const missing: string[] = [];
  for (let races = 0; left.length > 0; ) {
    const prune = options.prune === true ? "--prune" : "--no-prune";
    const output = await runner.run([...FLAGS, prune, "--", remote, ...left], {
      settings: ["fetch.output=full"],
      timeoutMs: options.timeoutMs,
      reachesRemote: true,
    });
    const rejected = parseRejected(output.stderr, left);
    if (output.exitCode === 0 || rejected.length > 0) return { kind: "ok", rejected, missing };
    // Another process of this clone moved a ref meanwhile: there is nothing wrong with the remote.
    if (WAS_QUICKER.test(output.stderr) && races < MOST_RACES) {
      races += 1;
      continue;
    }
    const absent = /couldn't find remote ref (\S+)/.exec(output.stderr)?.[1];
    const rest = left.filter((refspec) => sourceOf(refspec) !== absent);
    if (absent === undefined || rest.length === left.length) return unreachable(output, runner.gitDir);
    missing.push(absent);
    left = rest;
  }
  return { kind: "ok", rejected: [], missing };
}

function unreachable(output: GitOutput, gitDir: string): FetchResult {
  if (!output.timedOut && /refusing to fetch into|invalid refspec|^usage: /m.test(output.stderr)) throw failure(output);
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(output.stderr)?.[1];
  const reason = lock === undefined ? describeFailure(output) : explainLock(lock, gitDir, Date.now);
  return { kind: "unreachable", reason };
}

/** Lines such as ` ! [rejected]  main -> main  (non-fast-forward)`: the full names of refs here. */
function parseRejected(stderr: string, refspecs: readonly string[]): string[] {
  const lines = stderr.matchAll(/^ ! \[rejected\]\s+\S+\s+->\s+(\S+)/gm);
  return [...lines].map(([, name]) => fullName(name ?? "", refspecs));
}

/** Git shortens names in its table; the refspecs tell which one was meant. */
function fullName(name: string, refspecs: readonly string[]): string {
  const candidates = [name, `refs/heads/${name}`, `refs/remotes/${name}`, `refs/tags/${name}`];
  return candidates.find((candidate) => refspecs.some((refspec) => isTarget(candidate, refspec))) ?? name;
}

function isTarget(name: string, refspec: string): boolean {
  const target = refspec.slice(refspec.indexOf(":") + 1);
  const star = target.indexOf("*");
  if (star < 0) return name === target;
  return name.startsWith(target.slice(0, star)) && name.endsWith(target.slice(star + 1));
}

function sourceOf(refspec: string): string {
  return refspec.replace(/^\+/, "").split(":", 1)[0] ?? "";
}
