/** Moves a checkout that a person may have open forward, with git itself as the judge of what is in the way. */

import { existsSync } from "node:fs";
import { failure, type GitRunner } from "../process/spawn.ts";

export type FastForward = { kind: "done" } | { kind: "refused"; reason: string };

/** Each takes back what a setting for merges, above all the branch's own `mergeOptions`, may have said. */
const FLAGS = [
  "merge",
  "--ff-only",
  "--no-squash",
  // An ignored file is no rubbish: it may be the person's only copy of a key.
  "--no-overwrite-ignore",
  "--no-autostash",
  "--no-verify-signatures",
  "--no-edit",
  "--no-stat",
  "--no-progress",
  "-q",
];

export async function fastForward(runner: GitRunner, worktree: string, commit: string): Promise<FastForward> {
  // A locked worktree on a disk that is away.
  if (!existsSync(worktree)) return { kind: "refused", reason: "its folder is not there" };
  const output = await runner.run([...FLAGS, commit], {
    worktree,
    // The rest of the person's checkout is theirs: a sparse one must stay sparse.
    settings: ["submodule.recurse=false"],
  });
  if (output.exitCode === 0) return { kind: "done" };
  if (output.timedOut || output.exitCode === null || output.exitCode === 129) throw failure(output);
  return { kind: "refused", reason: output.stderr.trim() || output.stdout.toString("utf8").trim() };
}
