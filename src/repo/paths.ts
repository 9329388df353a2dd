/**
 * What a worker may change. The judgement is pure; `readChanges` fetches what it needs beside the paths. It errs on the
 * strict side: a change that can't be read counts as one.
 *
 * `violations` can never land: mission files, submodules, links that leave the tree, names that git or a file system
 * takes for `.git`. `protectedPaths` and `outsidePaths` can, when a person says so.
 */

import type { ChangedPath, Git } from "../doors/git.ts";
import { literalPrefix, matchesGlob } from "../model/glob.ts";
import type { PathPolicy } from "../model/run.ts";

export interface PathChange extends ChangedPath {
  /** Where a link leads; null for everything else and for a link that is gone. */
  target: string | null;
  /** For a file that the policy protects by keys: those whose value changed. null: can't be told, all count. */
  changedKeys: readonly string[] | null;
}

export interface Violation {
  path: string;
  because: string;
}

export interface PathFindings {
  violations: readonly Violation[];
  protectedPaths: readonly string[];
  outsidePaths: readonly string[];
}

const LINK = "120000";
const SUBMODULE = "160000";

/** Judges changed paths by the policy of an order. Pure. */
export function classifyPaths(changes: readonly PathChange[], policy: PathPolicy): PathFindings {
  const violations: Violation[] = [];
  const protectedPaths: string[] = [];
  const outsidePaths: string[] = [];
  for (const change of changes) {
    const because = violationOf(change, policy);
    if (because !== null) violations.push({ path: change.path, because });
    else if (isProtected(change, policy)) protectedPaths.push(change.path);
    else if (isOutside(change.path, policy)) outsidePaths.push(change.path);
  }
  return { violations, protectedPaths, outsidePaths };
}

/** Changes between two commits or trees with what their judgement needs: targets of links, changed keys. */
export async function readChanges(git: Git, from: string, to: string, policy: PathPolicy): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  for (const changed of await git.changedPaths(from, to)) {
    const target = isLink(changed) ? await readText(git, changed.oid) : null;
    const keys = keyPatterns(policy).filter((pattern) => matchesFolded(pattern.glob, changed.path));
    const changedKeys = keys.length === 0 ? null : await readChangedKeys(git, from, to, changed.path, keys);
    changes.push({ ...changed, target, changedKeys });
  }
  return changes;
}

function violationOf(change: PathChange, policy: PathPolicy): string | null {
  if (namesGit(change.path)) return change.status === "D" ? null : "a name that git or a file system takes for .git";
  if (change.mode === SUBMODULE || isNamed(change.path, ".gitmodules")) return "submodules can't come from a run";
  if (isLink(change)) {
    if (isNamed(change.path, ".gitattributes", ".gitignore", ".mailmap")) return "git's own file as a link";
    if (change.target === null || leavesTree(change.path, change.target)) return "a link that leaves the tree";
  }
  return isMissionFile(change, policy) ? "mission files are written by people and planners" : null;
}

function isLink(change: ChangedPath): boolean {
  return change.mode === LINK && change.status !== "D";
}

function isMissionFile({ path, mode }: PathChange, policy: PathPolicy): boolean {
  const folded = foldPath(path);
  const inside = policy.missionFolders.some((folder) => {
    const root = foldPath(folder).replace(/\/+$/, "");
    // A link in place of a folder above the missions would lead them elsewhere.
    const above = mode === LINK && root.startsWith(`${folded}/`);
    return folded === root || folded.startsWith(`${root}/`) || above;
  });
  // Not folded: a writable folder in other letters is another folder on some systems.
  return inside && !policy.writable.some((glob) => matchesGlob(glob, path));
}

function isProtected(change: PathChange, policy: PathPolicy): boolean {
  return policy.protected.some((pattern) => {
    const { glob, key } = splitKey(pattern);
    if (!matchesFolded(glob, change.path)) return false;
    if (key !== null && change.changedKeys !== null && !change.changedKeys.includes(key)) return false;
    return !policy.scope.some((scope) => matchesGlob(scope, change.path) && namesProtected(scope, glob));
  });
}

/** A scope of `**` does not give `.github/` away: it has to say the protected name. */
function namesProtected(scope: string, glob: string): boolean {
  return foldPath(literalPrefix(scope)).startsWith(foldPath(literalPrefix(glob)).replace(/\/$/, ""));
}

function isOutside(path: string, policy: PathPolicy): boolean {
  if (policy.scope.length === 0) return false;
  return ![...policy.scope, ...policy.writable].some((glob) => matchesGlob(glob, path));
}

interface KeyPattern {
  glob: string;
  key: string;
}

function keyPatterns(policy: PathPolicy): KeyPattern[] {
  return policy.protected.map(splitKey).flatMap(({ glob, key }) => (key === null ? [] : [{ glob, key }]));
}

function splitKey(pattern: string): { glob: string; key: string | null } {
  const at = pattern.indexOf("#");
  return at < 0 ? { glob: pattern, key: null } : { glob: pattern.slice(0, at), key: pattern.slice(at + 1) };
}

async function readChangedKeys(git: Git, from: string, to: string, path: string, patterns: readonly KeyPattern[]) {
  // A line break would end the question to git.
  if (path.includes("\n")) return null;
  const [before, after] = [await readJson(git, `${from}:${path}`), await readJson(git, `${to}:${path}`)];
  if (before === null || after === null) return null;
  return patterns.map(({ key }) => key).filter((key) => valueText(before.value, key) !== valueText(after.value, key));
}

/** A missing file has no keys; null stands for a file that is no JSON. */
async function readJson(git: Git, spec: string): Promise<{ value: unknown } | null> {
  const text = await readText(git, spec);
  if (text === null) return { value: {} };
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, "")) };
  } catch {
    return null;
  }
}

async function readText(git: Git, spec: string): Promise<string | null> {
  const object = await git.readObject(spec);
  return object?.type === "blob" ? object.bytes.toString("utf8") : null;
}

function valueText(value: unknown, key: string): string | undefined {
  let found = value;
  for (const name of key.split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return JSON.stringify(found);
}

/**
 * Whether a link can lead out of the tree, whatever other links lie on its way: it is absolute, climbs above the root or
 * into `.git`, or climbs after a name, which may be a link itself.
 */
function leavesTree(path: string, target: string): boolean {
  if (target.startsWith("/") || /[\0\\]|^[a-zA-Z]:/.test(target) || target === "") return true;
  const names = target.split("/").filter((name) => name !== "" && name !== ".");
  const climbs = names.findIndex((name) => name !== "..");
  const rest = climbs < 0 ? [] : names.slice(climbs);
  const depth = path.split("/").length - 1;
  return (climbs < 0 ? names.length : climbs) > depth || rest.includes("..") || namesGit(rest.join("/"));
}

/** Code points that HFS+ leaves out when it compares names. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** A path as the most forgiving file system compares it: letter case, long s and Kelvin sign, invisible characters. */
function foldPath(path: string): string {
  return path.replace(IGNORED_BY_HFS, "").toUpperCase().toLowerCase();
}

function matchesFolded(glob: string, path: string): boolean {
  return matchesGlob(foldPath(glob), foldPath(path));
}

function namesGit(path: string): boolean {
  return foldedNames(path).some((name) => name === ".git" || name === "..");
}

function isNamed(path: string, ...wanted: readonly string[]): boolean {
  const name = foldedNames(path).at(-1) ?? "";
  return wanted.includes(name);
}

/** Names of a path as NTFS and HFS+ may read them: trailing dots, spaces and streams dropped, short names spelled out. */
function foldedNames(path: string): string[] {
  return foldPath(path)
    .split(/[/\\]/)
    .map((name) => (name === ".." ? name : name.replace(/:.*$/, "").replace(/[ .]+$/, "")))
    .map((name) => name.replace(/^git~\d+$/, ".git").replace(/^gitmod~\d+$/, ".gitmodules"));
}
