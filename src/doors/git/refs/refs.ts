/** Refs of this repository: one process to read them all, one transaction to move several. */

import type { RefUpdate, SwapResult } from "../../git.ts";
import { failure, type GitRunner } from "../process/spawn.ts";
import { explainLock } from "./lock-debris.ts";

export interface Refs {
  /** Unreadable refs that the last `list` passed over: an empty or torn file. */
  readonly broken: readonly string[];
  list(prefixes: readonly string[]): Promise<Map<string, string>>;
  update(updates: readonly RefUpdate[]): Promise<SwapResult>;
}

export function makeRefs(runner: GitRunner, oidLength: number, now: () => number): Refs {
  const zero = "0".repeat(oidLength);
  let broken: readonly string[] = [];
  return {
    get broken() {
      return broken;
    },
    async list(prefixes) {
      const refs = new Map<string, string>();
      if (prefixes.length === 0) return refs;
      const output = await runner.demand(["for-each-ref", "--format=%(objectname) %(refname)", ...prefixes]);
      for (const line of output.stdout.toString("utf8").split("\n")) {
        const space = line.indexOf(" ");
        if (space > 0) refs.set(line.slice(space + 1), line.slice(0, space));
      }
      broken = [...output.stderr.matchAll(/^warning: ignoring (?:broken|dangling symref) ref (\S+)$/gm)].map(
        ([, name]) => name ?? "",
      );
      return refs;
    },
    async update(updates) {
      if (updates.length === 0) return { kind: "won" };
      const lines = updates.map((update) => printUpdate(update, zero));
      const input = `start\0${lines.join("")}prepare\0commit\0`;
      const output = await runner.run(["update-ref", "--stdin", "-z", "--no-deref"], { input });
      if (output.exitCode === 0) return { kind: "won" };
      const lost = output.timedOut ? null : explainLoss(output.stderr, runner.gitDir, now);
      if (lost === null) throw failure(output);
      return { kind: "lost", ref: lost.ref ?? updates[0]?.name ?? "", reason: lost.reason };
    },
  };
}

function printUpdate({ name, new: next, old }: RefUpdate, zero: string): string {
  if (next === old) return `verify ${name}\0${old ?? zero}\0`;
  if (next === null) return `delete ${name}\0${old ?? zero}\0`;
  return `update ${name}\0${next}\0${old ?? zero}\0`;
}

/** Git's words for a swap that lost, null for any other failure. */
function explainLoss(stderr: string, gitDir: string, now: () => number): { ref: string | null; reason: string } | null {
  const words = stderr.replace(/^fatal: (?:prepare: |commit: )?/, "").trim();
  const ref = /cannot lock ref '([^']+)'/.exec(words)?.[1] ?? null;
  const lock = /Unable to create '([^']+\.lock)': File exists/.exec(words)?.[1];
  if (lock !== undefined) return { ref, reason: explainLock(lock, gitDir, now) };
  if (/reference broken/.test(words)) {
    return { ref, reason: `${ref} is unreadable: remove the file ${gitDir}/${ref} and fetch it again` };
  }
  if (ref !== null) return { ref, reason: words.split("\n", 1)[0] ?? "" };
  return null;
}
