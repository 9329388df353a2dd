/** A remote as authority: pushes that are read back when no answer came, and mirrors that follow what was won. */

import type { Git, RefUpdate } from "../doors/git.ts";
import { mirrorName, type RefNames } from "../format/ref-names.ts";
import { joinReasons, type RefValues, type SwapOutcome } from "./authority-outcome.ts";

/** A remote and this clone's picture of it. */
export interface Mirror {
  git: Git;
  remote: string;
  names: RefNames;
}

/** Local marks of ledgers that were once seen on the remote: what is missing there and has one has vanished. */
export function seenRef(mirror: Mirror, mission: string): string {
  return `refs/mission/seen/${mirror.remote}/${mission}`;
}

export async function swapRemote(
  mirror: Mirror,
  updates: readonly RefUpdate[],
  own: readonly RefUpdate[],
): Promise<SwapOutcome> {
  const result = await mirror.git.push(mirror.remote, updates);
  const outcome = result.kind === "unknown" ? await readBack(mirror, updates, result) : result;
  if (outcome.kind === "won") await moveMirrors(mirror, updates, own);
  return outcome;
}

/** Values on the remote, asked for by full name. */
export async function readRemote({ git, remote }: Mirror, refs: readonly string[]): Promise<RefValues> {
  if (refs.length === 0) return { kind: "read", refs: new Map() };
  const listed = await git.listRemote(remote, refs);
  if ("unreachable" in listed) return { kind: "unreachable", reason: listed.unreachable };
  return { kind: "read", refs: listed.refs };
}

/** A branch may have been rewritten by its owner; the program's own refs only grow, and one that does not is left. */
export async function fetchMirrors(
  mirror: Mirror,
  refs: readonly string[],
): Promise<{ kind: "fetched" } | { kind: "unreachable"; reason: string }> {
  if (refs.length === 0) return { kind: "fetched" };
  const fetched = await mirror.git.fetch(
    mirror.remote,
    refs.map((ref) => refspecOf(mirror, ref)),
  );
  return fetched.kind === "ok" ? { kind: "fetched" } : fetched;
}

function refspecOf({ remote, names }: Mirror, ref: string): string {
  const here = mirrorName(ref, remote, names.prefix);
  return here === ref ? `${ref}:${ref}` : `+${ref}:${here}`;
}

/**
 * After a push without an answer. It was one atomic push, so each update holds or none does: an update that does not hold
 * means that the push did not arrive, or that somebody undid it since, and either way there is nothing to build on. A push
 * that nobody waited for may still be under way where nothing has moved: who tries again at once would only wait again.
 */
async function readBack(
  mirror: Mirror,
  updates: readonly RefUpdate[],
  { reason, late = false }: { reason: string; late?: boolean },
): Promise<SwapOutcome> {
  const values = await readRemote(
    mirror,
    updates.map(({ name }) => name),
  );
  if (values.kind === "unreachable") return { kind: "unreachable", reason: joinReasons(reason, values.reason) };
  const isUnmoved = updates.every(({ name, old }) => (values.refs.get(name) ?? null) === old);
  if (late && isUnmoved && updates.some((update) => update.new !== update.old)) return { kind: "unreachable", reason };
  const moved = updates.filter((update) => isElsewhere(update, values.refs.get(update.name) ?? null));
  const fetched = await fetchMirrors(
    mirror,
    moved.map(({ name }) => name),
  );
  if (fetched.kind === "unreachable") return { kind: "unreachable", reason: joinReasons(reason, fetched.reason) };
  for (const update of updates) {
    const now = values.refs.get(update.name) ?? null;
    if (!(await holds(mirror.git, update, now))) {
      const why = `no answer (${reason}), and it is at ${now ?? "nothing"} now`;
      return { kind: "lost", ref: update.name, reason: why, unanswered: true };
    }
  }
  return { kind: "won" };
}

/** Neither where it was nor where it should be, but somewhere. */
function isElsewhere(update: RefUpdate, now: string | null): boolean {
  return now !== null && update.new !== null && now !== update.new && now !== update.old;
}

/** Whether an update was applied: the ref is there, or somebody went on from there. */
async function holds(git: Git, update: RefUpdate, now: string | null): Promise<boolean> {
  if (now === update.new) return true;
  if (!isElsewhere(update, now) || now === null || update.new === null) return false;
  return (await git.resolve(now)) !== null && (await git.isAncestor(update.new, now));
}

/** The mirrors follow a won swap, together with refs that are this clone's own. */
async function moveMirrors(mirror: Mirror, updates: readonly RefUpdate[], own: readonly RefUpdate[]): Promise<void> {
  const isPlain = updates.every(
    (update) =>
      mirrorOf(mirror, update.name) === update.name && markOf(mirror, update).length === 0 && update.new !== update.old,
  );
  // Mostly they are where the swap began, and then need not be looked up first.
  if (isPlain && (await mirror.git.updateRefs([...updates, ...own])).kind === "won") return;
  await followSwap(mirror, updates);
  await moveEach(mirror.git, own);
}

/**
 * Git moves tracking branches by itself, and another process of this clone may have fetched something newer in between: a
 * mirror that is not on the way to where the swap led is left as it is.
 */
async function followSwap(mirror: Mirror, updates: readonly RefUpdate[]): Promise<void> {
  const moved = updates.map((update) => ({ ...update, name: mirrorOf(mirror, update.name) }));
  const marks = updates.flatMap((update) => markOf(mirror, update));
  const local = await mirror.git.listRefs([...moved, ...marks].map(({ name }) => name));
  const moves = marks.filter(({ name, new: next }) => local.has(name) !== (next !== null));
  for (const { name, new: next, old } of moved) {
    const now = local.get(name) ?? null;
    if (now !== next && (await leadsTo(mirror.git, now, { next, old }))) moves.push({ name, new: next, old: now });
  }
  await moveEach(
    mirror.git,
    moves.map((move) => ({ ...move, old: local.get(move.name) ?? null })),
  );
}

/** All at once where nobody else is at work, else one by one: a ref that just moved must not keep the others back. */
export async function moveEach(git: Git, moves: readonly RefUpdate[]): Promise<void> {
  const result = await git.updateRefs(moves);
  if (result.kind === "lost") for (const move of moves) await git.updateRefs([move]);
}

async function leadsTo(
  git: Git,
  now: string | null,
  swap: { next: string | null; old: string | null },
): Promise<boolean> {
  if (now === swap.old || now === null) return true;
  const goal = swap.next ?? swap.old;
  return goal !== null && (await git.resolve(goal)) !== null && (await git.isAncestor(now, goal));
}

function mirrorOf({ remote, names }: Mirror, ref: string): string {
  return mirrorName(ref, remote, names.prefix);
}

/** A ledger that begins or ends on the remote is marked or forgotten here. */
function markOf(mirror: Mirror, { name, new: next, old }: RefUpdate): readonly RefUpdate[] {
  const mission = mirror.names.missionOf(name);
  if (mission === null || (old !== null && next !== null)) return [];
  return [{ name: seenRef(mirror, mission), new: next, old }];
}
