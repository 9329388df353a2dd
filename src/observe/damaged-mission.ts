import { GitError } from "../doors/git.ts";
import type { MissionFiles, RepositoryFiles } from "../model/documents.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { emptyLedger } from "../repo/fold.ts";
import type { MissionPlace } from "./documents.ts";

/**
 * What stands for a mission whose ledger or files git can't read, such as after a power cut: nothing is decided on it, and
 * the others go on. Anything but git's own failure is thrown on.
 */
export function damagedMission(
  { id, root }: MissionPlace,
  repository: RepositoryFiles,
  error: unknown,
): MissionSnapshot {
  if (!(error instanceof GitError)) throw error;
  const path = `${root}/${id}`;
  return {
    id,
    root,
    path,
    ledgerState: "damaged",
    ledger: emptyLedger(),
    home: null,
    gone: false,
    files: { ...NO_FILES, findings: [finding(`${path}/mission.md`, error.stderr.trim().split("\n")[0] ?? "")] },
    repository,
    candidates: {},
    follow: null,
    merges: [],
  };
}

const NO_FILES: MissionFiles = { mission: null, contract: [], milestones: [], features: [], roles: [], findings: [] };

function finding(file: string, words: string): MissionFiles["findings"][number] {
  const message = `Git can't read this mission: ${words}`;
  const expected = "a whole repository: git fsck tells what is missing";
  return { file, line: 1, column: 1, severity: "error", code: "damaged-repository", message, expected };
}
