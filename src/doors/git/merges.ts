/** Merges without a checkout, and what differs between two trees. */

import type { ChangedPath, MergeTreeResult } from "../git.ts";
import { failure, type GitOutput, type GitRunner } from "./process/spawn.ts";

/** Renames and attributes are pinned: two hosts with other settings must find the same result. */
const SETTINGS = [
  "merge.renames=true",
  "merge.directoryRenames=conflict",
  "merge.renameLimit=7000",
  "merge.conflictStyle=merge",
  "core.attributesFile=/dev/null",
];
const MERGE = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"];

export async function mergeTree(runner: GitRunner, ours: string, theirs: string): Promise<MergeTreeResult> {
  const output = await runner.run([...MERGE, ours, theirs], { settings: SETTINGS });
  if (isUnrelated(output)) return { kind: "unrelated" };
  if (output.exitCode !== 0 && output.exitCode !== 1) throw failure(output);
  const [tree = "", ...paths] = output.stdout.toString("utf8").split("\0");
  // A commit that is not here ends git like a conflict does, but without a tree.
  if (tree === "") throw failure(output);
  return readResult(output.exitCode === 0, tree, paths);
}

/** Many pairs in one process. A pair without common history ends that process: then each is asked by itself. */
export async function mergeTrees(
  runner: GitRunner,
  pairs: readonly (readonly [ours: string, theirs: string])[],
): Promise<MergeTreeResult[]> {
  if (pairs.length === 0) return [];
  const input = pairs.map(([ours, theirs]) => `${ours} ${theirs}\n`).join("");
  const output = await runner.run([...MERGE, "--stdin"], { input, settings: SETTINGS });
  if (isUnrelated(output)) {
    const results: MergeTreeResult[] = [];
    for (const [ours, theirs] of pairs) results.push(await mergeTree(runner, ours, theirs));
    return results;
  }
  if (output.exitCode !== 0) throw failure(output);
  return parseMany(output.stdout.toString("utf8"), pairs.length);
}

function parseMany(text: string, count: number): MergeTreeResult[] {
  const fields = text.split("\0");
  const results: MergeTreeResult[] = [];
  let at = 0;
  while (results.length < count) {
    const clean = fields[at] === "1";
    const tree = fields[at + 1] ?? "";
    const end = fields.indexOf("", at + 2);
    const paths = fields.slice(at + 2, end);
    results.push(readResult(clean, tree, paths));
    at = end + 1;
  }
  return results;
}

function readResult(clean: boolean, tree: string, paths: readonly string[]): MergeTreeResult {
  if (clean) return { kind: "clean", tree };
  return { kind: "conflict", tree, paths: [...new Set(paths.filter(Boolean))] };
}

function isUnrelated(output: GitOutput): boolean {
  return output.exitCode === 128 && output.stderr.includes("refusing to merge unrelated histories");
}

/** Changed files between two trees or commits. A deleted one has the mode and id that it had. */
export async function changedPaths(runner: GitRunner, from: string, to: string, path?: string): Promise<ChangedPath[]> {
  const args = ["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-commit-id", from, to, "--"];
  const output = await runner.demand(path === undefined ? args : [...args, path]);
  const fields = output.stdout.toString("utf8").split("\0");
  const changes: ChangedPath[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = "", mode = "", oldOid = "", oid = "", status = ""] = (fields[at] ?? "").slice(1).split(" ");
    const gone = status === "D";
    changes.push({
      status: status as ChangedPath["status"],
      path: fields[at + 1] ?? "",
      mode: gone ? oldMode : mode,
      oid: gone ? oldOid : oid,
    });
  }
  return changes;
}

/** The change as a patch, at most `maxBytes` of it. */
export async function diff(runner: GitRunner, from: string, to: string, maxBytes: number): Promise<string> {
  const args = ["diff-tree", "-r", "-p", "-M", "--no-color", "--no-ext-diff", "--no-textconv", "--no-commit-id"];
  const output = await runner.demand([...args, from, to, "--"], { maxBytes, cut: true });
  return new TextDecoder("utf-8").decode(output.stdout, { stream: true });
}
