/** Refs of a remote. */

import type { GitRunner } from "../process/spawn.ts";

export type RemoteRefs = { refs: Map<string, string>; head: string | null } | { unreachable: string };

/** Patterns are full names or full prefixes with `*` at the end. */
export async function listRemote(
  runner: GitRunner,
  remote: string,
  patterns: readonly string[],
  timeoutMs: number,
): Promise<RemoteRefs> {
  const args = ["ls-remote", "--symref", "--", remote, "HEAD", ...patterns];
  const output = await runner.run(args, { timeoutMs, reachesRemote: true });
  if (output.exitCode !== 0) return { unreachable: describeFailure(output) };
  const refs = new Map<string, string>();
  let head: string | null = null;
  for (const line of output.stdout.toString("utf8").split("\n")) {
    const [value = "", name = ""] = line.split("\t");
    if (name === "HEAD" && value.startsWith("ref: ")) head = value.slice(5);
    // git matches a pattern at the end of a name too: `refs/x/*` also finds `refs/heads/refs/x/y`.
    else if (!value.startsWith("ref: ") && patterns.some((pattern) => matches(name, pattern))) refs.set(name, value);
  }
  return { refs, head };
}

/** Git's words for a remote that gave no answer. */
export function describeFailure(output: { stderr: string; timedOut: boolean }): string {
  const words = output.stderr.trim();
  return output.timedOut ? `no answer in time. ${words}`.trim() : words || "no answer";
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
