/** HEAD of a repository whose file is missing or torn: without it git sees no repository at all. */

import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listNames, readText } from "./git-files.ts";

export interface BrokenHead {
  path: string;
  fault: "missing" | "empty" | "garbage";
  /** The text that its log, or the only branch, shows it had; null when nothing does. */
  was: string | null;
}

/** null when HEAD is whole, or the folder is no git directory in any other respect. */
export function findBrokenHead(gitDir: string): BrokenHead | null {
  if (!existsSync(join(gitDir, "objects")) || !existsSync(join(gitDir, "refs"))) return null;
  const path = join(gitDir, "HEAD");
  const text = readText(path);
  const line = text?.trim() ?? "";
  if (/^ref: refs\/\S+$/.test(line) || /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(line)) return null;
  const fault = text === null ? "missing" : line === "" ? "empty" : "garbage";
  return { path, fault, was: findFormer(gitDir) };
}

/** Looks from a folder upwards for a git directory that only lacks its HEAD. */
export function findLostHead(cwd: string): { gitDir: string; broken: BrokenHead } | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const gitDir = join(folder, ".git");
    const broken = existsSync(gitDir) ? findBrokenHead(gitDir) : null;
    if (broken) return { gitDir, broken };
    if (folder === dirname(folder)) return null;
  }
}

export function writeHead(path: string, text: string): void {
  writeFileSync(path, `${text}\n`);
}

function findFormer(gitDir: string): string | null {
  const lines = (readText(join(gitDir, "logs", "HEAD")) ?? "").trimEnd().split("\n");
  const moved = lines.findLast((line) => /\tcheckout: moving from \S+ to \S+$/.test(line));
  const target = /to (\S+)$/.exec(moved ?? "")?.[1];
  if (target !== undefined && isBranch(gitDir, target)) return `ref: refs/heads/${target}`;
  const last = / ([0-9a-f]{40,64}) /.exec(lines.at(-1) ?? "")?.[1];
  // It was checked out by its id.
  if (target !== undefined && last !== undefined) return last;
  const branches = listBranches(gitDir);
  const usual = ["main", "master"].find((name) => branches.includes(name));
  const only = branches.length === 1 ? branches[0] : usual;
  return only === undefined ? null : `ref: refs/heads/${only}`;
}

function isBranch(gitDir: string, name: string): boolean {
  return listBranches(gitDir).includes(name) || readText(join(gitDir, "refs/heads", name)) !== null;
}

/** Without those in folders, of which none is taken for the only one. */
function listBranches(gitDir: string): string[] {
  const packed = (readText(join(gitDir, "packed-refs")) ?? "")
    .split("\n")
    .flatMap((line) => / refs\/heads\/(\S+)$/.exec(line)?.[1] ?? []);
  return [...new Set([...listNames(join(gitDir, "refs/heads")), ...packed])].filter((name) => !name.endsWith(".lock"));
}
