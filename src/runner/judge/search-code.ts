/**
 * `codebase` checks: a pattern is, or is not, in the tracked files of the judged commit. Read from git, not from the
 * workspace: setup may have changed files there.
 */

import type { Search } from "../../doors/runtimes/run-folder/search.ts";
import type { Check } from "../../model/documents.ts";
import { matchesGlob } from "../../model/glob.ts";
import type { RunContext } from "../run-doors.ts";
import type { CheckOutcome } from "./verdict.ts";

const FILE_MS = 5_000;
const MAX_FILE_BYTES = 4 * 1024 * 1024;
/** As git tells binary files. */
const BINARY_LOOK = 8_000;

type CodebaseCheck = Extract<Check, { method: "codebase" }>;

/** `path` is a file, a folder or a glob; without it every tracked file counts. */
export async function searchCode(run: RunContext, check: CodebaseCheck): Promise<CheckOutcome> {
  const absent = check.absent !== null;
  const search = run.doors.openSearch(check.absent ?? check.pattern ?? "", FILE_MS);
  if ("invalid" in search) return outcome("inconclusive", `no regular expression: ${search.invalid}`);
  try {
    const seen = await searchFiles(run, search, check.path);
    if (seen.hit !== null) return outcome(absent ? "failed" : "passed", `found in ${seen.hit}`);
    if (seen.unread !== null) return outcome("inconclusive", seen.unread);
    // Not green: a path that names nothing is a path that somebody moved.
    if (seen.files === 0)
      return outcome(absent ? "inconclusive" : "failed", `no tracked file in ${check.path ?? "the tree"}`);
    return outcome(absent ? "passed" : "failed", `not found in ${seen.files} files`);
  } finally {
    search.close();
  }
}

interface Seen {
  files: number;
  hit: string | null;
  /** Why the answer is not sure. */
  unread: string | null;
}

async function searchFiles(run: RunContext, search: Search, path: string | null): Promise<Seen> {
  let files = 0;
  let unread: string | null = null;
  const glob = path === null || path === "." ? "**" : `/${path.replace(/^\.?\//, "")}`;
  for await (const { name, oid } of listFiles(run, run.order.start, "")) {
    if (!matchesGlob(glob, name)) continue;
    if (run.stop.reason !== null) return { files, hit: null, unread: "the run was stopped" };
    const bytes = (await run.doors.git.readObject(oid))?.bytes ?? null;
    files += 1;
    if (bytes === null || bytes.length > MAX_FILE_BYTES) unread = `${name} is missing or too large to search`;
    else if (!bytes.subarray(0, BINARY_LOOK).includes(0)) {
      const found = await search.find(bytes.toString("utf8"));
      if (found === "found") return { files, hit: name, unread };
      if (found === "timeout") return { files, hit: null, unread: `the pattern takes too long on ${name}` };
    }
  }
  return { files, hit: null, unread };
}

async function* listFiles(
  run: RunContext,
  tree: string,
  folder: string,
): AsyncGenerator<{ name: string; oid: string }> {
  for (const entry of (await run.doors.git.readTree(tree)) ?? []) {
    const name = folder + entry.name;
    if (entry.type === "tree") yield* listFiles(run, entry.oid, `${name}/`);
    else if (entry.type === "blob" && entry.mode !== "120000") yield { name, oid: entry.oid };
  }
}

function outcome(result: CheckOutcome["result"], because: string): CheckOutcome {
  return { result, because, exitCode: null, output: "" };
}
