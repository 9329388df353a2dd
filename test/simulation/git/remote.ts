/** What goes between two repositories: listing, fetching by refspecs, pushing with leases, taking a ref from a clone. */

import { type FetchResult, GitError, type PushResult, type RefUpdate } from "../../../src/doors/git.ts";
import { comparePaths } from "./bytes.ts";
import type { MemoryDisk } from "./disk.ts";
import { descendsFrom, findObject } from "./names.ts";
import { findNameClash, isRefName } from "./refs.ts";
import { copyObjects, hasObject, headCommit, type MemoryRepository, sortRefs } from "./repository.ts";

type Refs = ReadonlyMap<string, string>;

/** Refs as the remote shows them: full names or full prefixes with `*` at the end. */
export function showRefs(
  remote: MemoryRepository,
  refs: Refs,
  patterns: readonly string[],
): { refs: Map<string, string>; head: string | null } {
  const shown = new Map<string, string>();
  const head = remote.head === null ? (remote.detached ?? undefined) : refs.get(remote.head);
  const isWanted = (name: string): boolean => patterns.some((pattern) => matches(name, pattern));
  if (head !== undefined && isWanted("HEAD")) shown.set("HEAD", head);
  for (const [name, oid] of sortRefs(refs)) if (isWanted(name)) shown.set(name, oid);
  return { refs: shown, head: head === undefined ? null : remote.head };
}

function matches(name: string, pattern: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

interface Refspec {
  force: boolean;
  from: string;
  to: string;
}

function parseRefspec(text: string): Refspec {
  const force = text.startsWith("+");
  const [from = "", to = ""] = (force ? text.slice(1) : text).split(":");
  return { force, from, to };
}

/** What a name becomes by a refspec, null when it is not meant. */
function mapName(name: string, from: string, to: string): string | null {
  const star = from.indexOf("*");
  if (star < 0) return name === from ? to : null;
  const [head, tail] = [from.slice(0, star), from.slice(star + 1)];
  const isMeant = name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
  return isMeant ? to.replace("*", name.slice(head.length, name.length - tail.length)) : null;
}

/** Takes refs of the remote as it shows them now. A name that it does not have is told as missing and harms no other. */
export function fetchRefs(
  here: MemoryRepository,
  remote: MemoryRepository,
  options: { refspecs: readonly string[]; refs: Refs; prune: boolean },
): FetchResult {
  const shown = new Map(options.refs);
  const head = remote.head === null ? remote.detached : options.refs.get(remote.head);
  if (head) shown.set("HEAD", head);
  const all = options.refspecs.map(parseRefspec);
  const missing = all.filter(({ from }) => !from.includes("*") && !shown.has(from)).map(({ from }) => from);
  const refspecs = all.filter(({ from }) => !missing.includes(from));
  if (refspecs.length === 0) return { kind: "ok", rejected: [], missing };
  const moves = listMoves(shown, refspecs);
  for (const { name } of moves) refuseCheckedOut(here, name);
  if (options.prune) prune(here, moves, refspecs);
  const lacking = copyObjects(
    remote,
    here,
    moves.map(({ oid }) => oid),
  );
  if (lacking !== null) return { kind: "unreachable", reason: `fatal: remote did not send ${lacking}` };
  const answer = applyMoves(here, moves);
  return answer.kind === "ok" ? { ...answer, missing } : answer;
}

interface Move {
  name: string;
  oid: string;
  force: boolean;
}

function listMoves(shown: Refs, refspecs: readonly Refspec[]): Move[] {
  const moves = new Map<string, Move>();
  for (const { from, to, force } of refspecs) {
    for (const [name, oid] of shown) {
      const target = name === "HEAD" && from !== "HEAD" ? null : mapName(name, from, to);
      if (target !== null && !moves.has(target)) moves.set(target, { name: target, oid, force });
    }
  }
  return [...moves.values()];
}

function refuseCheckedOut(here: MemoryRepository, name: string): void {
  if (here.isBare || name !== here.head) return;
  throw new GitError(["fetch"], 128, `fatal: refusing to fetch into branch '${name}' checked out at '${here.gitDir}'`);
}

/** Refs here that a refspec could have made and that nothing there stands for. */
function prune(here: MemoryRepository, moves: readonly Move[], refspecs: readonly Refspec[]): void {
  const kept = new Set(moves.map(({ name }) => name));
  for (const name of [...here.refs.keys()]) {
    if (!kept.has(name) && refspecs.some(({ from, to }) => mapName(name, to, from) !== null)) here.refs.delete(name);
  }
}

function applyMoves(here: MemoryRepository, moves: readonly Move[]): FetchResult {
  const rejected: string[] = [];
  let clash: string | null = null;
  for (const { name, oid, force } of moves) {
    const now = here.refs.get(name);
    if (now === oid) continue;
    if (now === undefined && findNameClash(here.refs, name) !== null) clash = name;
    else if (now !== undefined && !force && !descendsFrom(here, oid, now)) rejected.push(name);
    else here.refs.set(name, oid);
  }
  if (clash !== null && rejected.length === 0) {
    return {
      kind: "unreachable",
      reason: `error: cannot lock ref '${clash}': another ref has that name as its folder`,
    };
  }
  return { kind: "ok", rejected, missing: [] };
}

/** Why a push is not even sent, as the door checks it before git does. Throws when the commit is not here. */
export function checkPush(here: MemoryRepository, updates: readonly RefUpdate[]): PushResult | null {
  for (const { name, new: next, old, allowRewind } of updates) {
    const refuse = (reason: string): PushResult => ({ kind: "refused", ref: name, reason });
    if (!/^refs\/./.test(name)) return refuse(`${name} is not a full ref name`);
    if (next === null) {
      if (old === null) return refuse(`${name} can't be deleted when it must not exist`);
      continue;
    }
    if (!/^[0-9a-f]{40,64}$/.test(next)) return refuse(`${next} is not an object id`);
    if (old === null || allowRewind === true || next === old) continue;
    if (!hasObject(here, next)) throw new GitError(["merge-base"], 128, `fatal: Not a valid commit name ${next}`);
    if (!hasObject(here, old) || !descendsFrom(here, next, old)) return refuse(`${next} does not come after ${old}`);
  }
  return null;
}

/** Throws when a commit that would have to be sent is not here; what the remote has at that ref already is not sent. */
export function demandSent(here: MemoryRepository, remote: MemoryRepository, updates: readonly RefUpdate[]): void {
  const absent = updates.find(
    ({ name, new: next }) => next !== null && remote.refs.get(name) !== next && findObject(here, next) === null,
  );
  if (absent) throw new GitError(["push"], 1, `error: src refspec ${absent.new} does not match any`);
}

/** Applies a push at the remote: every update or none. */
export function receivePush(
  from: MemoryRepository,
  remote: MemoryRepository,
  updates: readonly RefUpdate[],
): PushResult {
  // What is there already is not sent, and its lease is not looked at; the absence of a ref is.
  const moving = sortUpdates(remote, updates).filter(
    ({ name, new: next }) => next === null || remote.refs.get(name) !== next,
  );
  const stale = moving.find(({ name, old }) => (remote.refs.get(name) ?? null) !== old);
  if (stale) return { kind: "lost", ref: stale.name, reason: "[rejected] (stale info)" };
  const refused = findRefused(from, remote, moving);
  if (refused !== null) return refused;
  const lacking = copyObjects(
    from,
    remote,
    moving.flatMap(({ new: next }) => next ?? []),
  );
  if (lacking !== null) return { kind: "unknown", reason: `fatal: unable to read ${lacking}` };
  if (moving.length > 0) remote.earlier = new Map(remote.refs);
  for (const { name, new: next } of moving) {
    if (next === null) remote.refs.delete(name);
    else remote.refs.set(name, next);
  }
  return { kind: "won" };
}

/** In git's order, which decides what is named as the one that lost: refs of the remote by name, then new ones. */
function sortUpdates(remote: MemoryRepository, updates: readonly RefUpdate[]): readonly RefUpdate[] {
  const known = updates.filter(({ name }) => remote.refs.has(name));
  known.sort((a, b) => comparePaths(a.name, b.name));
  return [...known, ...updates.filter(({ name }) => !remote.refs.has(name))];
}

function findRefused(
  from: MemoryRepository,
  remote: MemoryRepository,
  moving: readonly RefUpdate[],
): PushResult | null {
  const words = (name: string, reason: string): PushResult => {
    return { kind: "refused", ref: name, reason: `[remote rejected] (${reason})` };
  };
  for (const { name, new: next } of moving) {
    const reason = whyRefused(remote, name, next);
    if (reason !== null) return words(name, reason);
  }
  const after = new Map<string, unknown>(remote.refs);
  for (const { name } of moving) after.set(name, null);
  for (const { name, new: next } of moving) {
    if (next === null) continue;
    if (name.startsWith("refs/heads/") && from.store.objects.get(next)?.type !== "commit") {
      return words(name, "failed to update ref");
    }
    const clash = remote.refs.has(name) ? null : findNameClash(after, name);
    if (clash !== null) return words(name, `'${clash}' exists; cannot create '${name}'`);
  }
  return null;
}

/** What a server refuses of one ref alone, before it looks at them together. */
function whyRefused(remote: MemoryRepository, name: string, next: string | null): string | null {
  const isOneWord = name.split("/").length < 3;
  if (!isRefName(name) || (isOneWord && next !== null)) return "funny refname";
  if (name !== remote.head) return null;
  if (!remote.isBare) return "branch is currently checked out";
  return next === null ? "deletion of the current branch prohibited" : null;
}

/** What a push that won tells the pushing side: its own record of the remote's branches moves along. */
export function trackPush(here: MemoryRepository, remoteName: string, updates: readonly RefUpdate[]): void {
  const refspec = here.config.get(`remote.${remoteName}.fetch`);
  if (refspec === undefined) return;
  const { from, to } = parseRefspec(refspec);
  for (const { name, new: next } of updates) {
    const tracked = mapName(name, from, to);
    if (tracked === null) continue;
    if (next === null) here.refs.delete(tracked);
    else here.refs.set(tracked, next);
  }
}

/**
 * Takes a ref of a folder's own repository, or of a bare one, into a ref here, forced. Answers the commit, null when there
 * is no such ref; throws when an object is neither there nor here.
 */
export function takeRef(
  disk: MemoryDisk,
  here: MemoryRepository,
  { path, ref, into }: { path: string; ref: string; into: string },
): string | null {
  const folder = disk.folders.get(path);
  const isOwn = folder !== undefined && folder.gitDir !== null && !folder.linked;
  const source = disk.repositories.get(isOwn ? (folder.gitDir ?? "") : path);
  const oid = source === undefined || /^[0-9a-f]{40}$/.test(ref) ? ref : readRef(source, ref);
  if (source === undefined || oid === null) return null;
  const args = ["fetch", path, `+${ref}:${into}`];
  refuseCheckedOut(here, into);
  const lacking = copyObjects(source, here, [oid]);
  if (lacking !== null) throw new GitError(args, 128, `fatal: unable to read ${lacking}`);
  if (!here.refs.has(into) && findNameClash(here.refs, into) !== null) {
    throw new GitError(args, 1, `error: cannot lock ref '${into}'`);
  }
  here.refs.set(into, oid);
  return oid;
}

function readRef(source: MemoryRepository, ref: string): string | null {
  return ref === "HEAD" ? headCommit(source) : (source.refs.get(ref) ?? null);
}
