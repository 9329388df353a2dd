/** Refs: which names git allows, and swaps that move all or none, with git's words for what is in the way. */

import { GitError, type RefUpdate, type SwapResult } from "../../../src/doors/git.ts";
import { hasObject, type MemoryRepository, sortRefs } from "./repository.ts";

/** Refs below the full prefixes or equal to them, by name. */
export function listRefs(repository: MemoryRepository, prefixes: readonly string[]): Map<string, string> {
  if (prefixes.length === 0) return new Map();
  const folders = prefixes.map((prefix) => (prefix.endsWith("/") ? prefix : `${prefix}/`));
  const found: [string, string][] = [];
  for (const ref of repository.refs) {
    if (prefixes.includes(ref[0]) || folders.some((folder) => ref[0].startsWith(folder))) found.push(ref);
  }
  return sortRefs(found);
}

/** All or nothing. Throws where git fails: a forbidden name, a missing object, a name twice, a branch on no commit. */
export function updateRefs(repository: MemoryRepository, updates: readonly RefUpdate[]): SwapResult {
  const args = ["update-ref", "--stdin"];
  const names = new Set<string>();
  for (const { name } of updates) {
    if (!isRefName(name)) throw new GitError(args, 128, `fatal: invalid ref format: ${name}`);
    if (names.has(name))
      throw new GitError(args, 128, `fatal: prepare: multiple updates for ref '${name}' not allowed`);
    names.add(name);
  }
  for (const update of updates) {
    const reason = whyLost(repository, update, names);
    if (reason !== null) {
      return { kind: "lost", ref: update.name, reason: `cannot lock ref '${update.name}': ${reason}` };
    }
    if (update.new !== null && update.new !== update.old) demandTarget(repository, update.name, update.new, args);
  }
  for (const { name, new: next } of updates) {
    if (next === null) repository.refs.delete(name);
    else repository.refs.set(name, next);
  }
  return { kind: "won" };
}

function whyLost(repository: MemoryRepository, { name, old }: RefUpdate, names: ReadonlySet<string>): string | null {
  const now = repository.refs.get(name) ?? null;
  if (now !== null && old === null) return "reference already exists";
  if (now !== null && old !== now) return `is at ${now} but expected ${old}`;
  if (now !== null) return null;
  const clash = findNameClash(repository.refs, name);
  if (clash !== null && old === null) return `'${clash}' exists; cannot create '${name}'`;
  const rival = findRival(names, name);
  if (rival !== null && old === null) return `cannot process '${rival}' and '${name}' at the same time`;
  return old === null ? null : `unable to resolve reference '${name}'`;
}

function demandTarget(repository: MemoryRepository, name: string, oid: string, args: readonly string[]): void {
  const type = hasObject(repository, oid) ? repository.store.objects.get(oid)?.type : undefined;
  if (type === undefined) {
    throw new GitError(
      args,
      128,
      `fatal: cannot update ref '${name}': trying to write ref with nonexistent object ${oid}`,
    );
  }
  if (name.startsWith("refs/heads/") && type !== "commit") {
    throw new GitError(
      args,
      128,
      `fatal: cannot update ref '${name}': trying to write non-commit object ${oid} to branch`,
    );
  }
}

/** A ref above or below a name, which can't be together with it: a folder and a file can't have one name. */
export function findNameClash(refs: ReadonlyMap<string, unknown>, name: string): string | null {
  for (let end = name.lastIndexOf("/"); end > 0; end = name.lastIndexOf("/", end - 1)) {
    const above = name.slice(0, end);
    if (refs.has(above)) return above;
  }
  const folder = `${name}/`;
  const below = [...refs.keys()].filter((ref) => ref.startsWith(folder)).sort();
  return below[0] ?? null;
}

function findRival(names: ReadonlySet<string>, name: string): string | null {
  for (const other of names) if (name.startsWith(`${other}/`) || other.startsWith(`${name}/`)) return other;
  return null;
}

/** biome-ignore lint/suspicious/noControlCharactersInRegex: git forbids them. */
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\/|(?:^|\/)\.|\.lock(?:\/|$)/;

/** Whether git takes it for the full name of a ref. */
export function isRefName(name: string): boolean {
  return name === "HEAD" || (name.startsWith("refs/") && !FORBIDDEN.test(name));
}
