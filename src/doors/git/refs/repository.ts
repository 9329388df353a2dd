/** Finds the repository of a folder by reading files, as git does, without a git process. */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { gitEnvironment } from "../process/environment.ts";
import { isTrue, lastValue, readConfigFile } from "./config.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** `gitDir` is the common git directory, `worktree` the checkout that the folder lies in. */
export type FoundRepository =
  | { kind: "found"; gitDir: string; worktree: string | null; isBare: boolean }
  | { kind: "missing"; reason: string };

/** Looks from `cwd` upwards, or where `GIT_DIR` points. A repository of another user counts only if git trusts it. */
export function findRepository(cwd: string, env: Environment = {}): FoundRepository {
  const place = env.GIT_DIR ? placeByVariable(cwd, env, env.GIT_DIR) : walkUp(cwd, env);
  if ("reason" in place) return { kind: "missing", reason: place.reason };
  const gitDir = readCommonDir(place.gitDir);
  const distrust = isForeign(gitDir) ? askGit(place.worktree ?? gitDir, env) : null;
  if (distrust !== null) return { kind: "missing", reason: distrust };
  const isBare = isTrue(lastValue(readConfigFile(join(gitDir, "config")), "core.bare"));
  const insideOwn = place.worktree === null && !isBare && basename(gitDir) === ".git";
  const worktree = insideOwn ? dirname(gitDir) : place.worktree;
  return { kind: "found", gitDir, worktree: worktree === null ? null : realpathSync(worktree), isBare };
}

/** Whether a folder is the checkout that a git directory itself belongs to, not a linked one. */
export function isCheckoutOf(worktree: string, gitDir: string): boolean {
  const place = placeAt(worktree);
  return place !== null && "gitDir" in place && realpathSync(place.gitDir) === gitDir;
}

/** The common directory of a git directory, which is another one for a linked worktree. */
function readCommonDir(gitDir: string): string {
  const pointer = readLine(join(gitDir, "commondir"));
  return realpathSync(pointer === null ? gitDir : resolve(gitDir, pointer));
}

/** The only line of a small file, null when it can't be read. */
export function readLine(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

type Place = { gitDir: string; worktree: string | null } | { reason: string };

function placeByVariable(cwd: string, env: Environment, variable: string): Place {
  const gitDir = resolve(cwd, variable);
  if (!isGitDir(gitDir)) return { reason: `GIT_DIR is ${variable}, which is not a git directory` };
  if (env.GIT_WORK_TREE) return { gitDir, worktree: resolve(cwd, env.GIT_WORK_TREE) };
  const pointer = readLine(join(gitDir, "gitdir"));
  return { gitDir, worktree: pointer === null ? null : dirname(resolve(gitDir, pointer)) };
}

function walkUp(cwd: string, env: Environment): Place {
  const ceilings = new Set((env.GIT_CEILING_DIRECTORIES ?? "").split(":").filter(Boolean));
  const start = resolve(cwd);
  for (let folder = start; ; folder = dirname(folder)) {
    const place = placeAt(folder);
    if (place !== null) return place;
    if (folder === dirname(folder) || ceilings.has(dirname(folder))) {
      return { reason: `${start} is not in a git repository` };
    }
  }
}

function placeAt(folder: string): Place | null {
  const dotGit = join(folder, ".git");
  if (isGitDir(dotGit)) return { gitDir: dotGit, worktree: folder };
  const pointer = /^gitdir: (.+)$/.exec(readLine(dotGit) ?? "")?.[1];
  if (pointer !== undefined) {
    const gitDir = resolve(folder, pointer);
    return isGitDir(gitDir)
      ? { gitDir, worktree: folder }
      : { reason: `${dotGit} points to ${gitDir}, which is not a git directory` };
  }
  return isGitDir(folder) ? { gitDir: folder, worktree: null } : null;
}

/** HEAD of a fresh or broken repository may be a dangling link, so its content is not asked for. */
function isGitDir(path: string): boolean {
  if (!existsSync(join(path, "HEAD"))) return false;
  const pointer = readLine(join(path, "commondir"));
  const common = pointer === null ? path : resolve(path, pointer);
  return existsSync(join(common, "objects")) && existsSync(join(common, "refs"));
}

function isForeign(gitDir: string): boolean {
  const uid = process.getuid?.();
  return uid !== undefined && statSync(gitDir).uid !== uid;
}

/** An explicit git directory passes by git's own check of the owner: its settings may name programs to run. */
function askGit(folder: string, env: Environment): string | null {
  const { status, stderr } = spawnSync("git", ["-C", folder, "rev-parse", "--git-dir"], {
    env: gitEnvironment(env),
    encoding: "utf8",
    timeout: 10_000,
  });
  return status === 0 ? null : stderr.replace(/^fatal: /, "").trim();
}
