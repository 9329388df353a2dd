/**
 * Codex asks for nothing when it is headless: what its commands may do is bounded by its own sandbox (0.169.0 was tried; it
 * stands inside of a pid namespace too). Of the run's folder only the workspace can be written in it, and there `.git`
 * can't: what it leaves is committed for it, and its handoff is fetched from a folder that it is lent.
 */

import { mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Sandbox } from "../../../model/permission.ts";
import type { WorkerStart } from "../driver.ts";

const USUAL: Sandbox = { writes: true, network: false };
/** Where no sandbox works, the person says so in `run:` (`[codex, --sandbox, danger-full-access]`), and that holds. */
const CHOSEN = /^(?:--sandbox|-s)(?:=|$)|sandbox_mode|^--dangerously-bypass|^--full-auto$/;
/** So does what they say of the network alone: `[codex, -c, sandbox_workspace_write.network_access=false]`. */
const NETWORK_CHOSEN = /sandbox_workspace_write\.network_access/;

export function sandboxOptions(settings: readonly string[], { writes, network } = USUAL, lent: string): string[] {
  if (settings.some((word) => CHOSEN.test(word))) return [];
  if (!writes) return ["--sandbox", "read-only"];
  return [
    ...["--sandbox", "workspace-write"],
    ...(settings.some((word) => NETWORK_CHOSEN.test(word))
      ? []
      : ["-c", `sandbox_workspace_write.network_access=${network}`]),
    ...["-c", `sandbox_workspace_write.writable_roots=[${JSON.stringify(lent)}]`],
  ];
}

/**
 * A rule that allows a command runs it outside of the sandbox, the person's as well as the repository's; and what lies in the
 * workspace is a worker's: where the person trusts a folder above it, its settings and servers would count.
 */
export function distrustOptions(workspace: string): string[] {
  return ["--ignore-rules", "-c", `projects={${JSON.stringify(workspace)}={trust_level="untrusted"}}`];
}

/** A folder beside the workspace for the handoff, and how that is brought to its place. */
export function lendFolder({ handoffFile }: Pick<WorkerStart, "handoffFile">): {
  folder: string;
  file: string;
  bring(): void;
} {
  const folder = join(dirname(handoffFile), "codex");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "handoff.md");
  return {
    folder,
    file,
    bring() {
      try {
        renameSync(file, handoffFile);
      } catch {
        // It has written none.
      }
    },
  };
}
