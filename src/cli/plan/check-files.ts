/** Findings in the mission files as they lie in the checkout, before anything is saved. */

import { lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { derivePlanFindings } from "../../derive/plan-findings.ts";
import type { Doors } from "../../doors/doors.ts";
import { parseMissionFiles } from "../../format/mission-files.ts";
import { parseRepositoryFiles } from "../../format/repository-files.ts";
import type { MissionRoot, Role, SourceFile } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import { checkLinks } from "./check-links.ts";
import { checkNames } from "./check-names.ts";

const ROOTS: readonly MissionRoot[] = ["missions", "todo/missions"];
/** Folders beside the missions. */
const NOT_MISSIONS = ["agents"];
const MAX_DEPTH = 8;

/** All findings, by file and place. */
export function checkFiles(
  { hash }: Pick<Doors, "hash">,
  worktree: string,
  builtin: readonly Role[],
): readonly Finding[] {
  const beside = ROOTS.flatMap((root) => [
    ...listLink(worktree, root),
    ...listFiles(worktree, root, 1),
    ...listFiles(worktree, `${root}/agents`, 1),
  ]);
  const missions = ROOTS.flatMap((root) =>
    listFolders(join(worktree, root))
      .filter((name) => !NOT_MISSIONS.includes(name))
      .map((id) => {
        const sources = listFiles(worktree, `${root}/${id}`, MAX_DEPTH);
        return { id, root, sources, files: parseMissionFiles(root, id, sources, hash) };
      }),
  );
  const findings = missions.flatMap(({ id, root, sources, files }) => {
    const others = missions.filter((other) => other.id !== id || other.root !== root);
    return [...files.findings, ...derivePlanFindings(files, others), ...checkLinks(worktree, sources)];
  });
  const repository = parseRepositoryFiles(beside);
  const names = checkNames(
    repository,
    missions.map(({ files }) => files),
    builtin,
  );
  return [...repository.findings, ...names, ...findings].sort(byPlace);
}

function listFolders(folder: string): string[] {
  return listEntries(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Links are not followed, as git keeps them. */
function listFiles(worktree: string, path: string, depth: number): SourceFile[] {
  return listEntries(join(worktree, path)).flatMap((entry) => {
    const inside = `${path}/${entry.name}`;
    if (entry.isDirectory()) return depth > 1 ? listFiles(worktree, inside, depth - 1) : [];
    const file = join(worktree, inside);
    if (entry.isSymbolicLink())
      return [{ path: inside, mode: "120000", blob: "", bytes: Buffer.from(readlinkSync(file)) }];
    if (!entry.isFile()) return [];
    const isProgram = (lstatSync(file).mode & 0o100) !== 0;
    return [{ path: inside, mode: isProgram ? "100755" : "100644", blob: "", bytes: readFileSync(file) }];
  });
}

/** The place of a folder where a link stands: git has the link there and nothing of what it leads to. */
function listLink(worktree: string, path: string): SourceFile[] {
  const isLink = lstatSync(join(worktree, path), { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  return isLink ? [{ path, mode: "120000", blob: "", bytes: new Uint8Array() }] : [];
}

function listEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function byPlace(a: Finding, b: Finding): number {
  return a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1;
}
