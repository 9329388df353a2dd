/**
 * What a pulse heals by itself: stale locks and torn files among the program's own refs. It costs a look at files, no git.
 * A person's refs are told by `mission doctor`.
 */

import type { Debris } from "../doors/git/debris/debris.ts";
import type { LockFile } from "../doors/git/debris/git-files.ts";
import { type RestoreTools, restoreRef } from "./restore-refs.ts";

/** As long as a git that works may hold a lock at most. */
const STALE_MS = 2 * 60_000;

/** Whether a lock is provably nobody's: old, and no git at work that could hold it. */
export function isStale({ ageMs }: Pick<LockFile, "ageMs">, live: ReturnType<Debris["findLiveGit"]>): boolean {
  return ageMs >= STALE_MS && live === "none";
}

/** Heals and answers what was done, in words. */
export async function healOwnRefs(tools: RestoreTools): Promise<readonly string[]> {
  const { debris, authority } = tools;
  const prefixes = [...new Set(["refs/mission", authority.names.prefix])];
  const isOwn = (ref: string | null) => prefixes.some((prefix) => ref?.startsWith(`${prefix}/`));
  const locks = debris.listLocks().filter(({ ref }) => isOwn(ref));
  const live = locks.length > 0 ? debris.findLiveGit() : "unknown";
  const told: string[] = [];
  for (const lock of locks.filter((each) => isStale(each, live))) {
    debris.setAside(lock.path);
    told.push(`a lock on ${lock.ref} that a killed git left was set aside`);
  }
  for (const torn of prefixes.flatMap((prefix) => debris.listTornRefs(prefix))) {
    const restored = await restoreRef(tools, torn);
    if (restored.kind === "restored") told.push(restored.text);
  }
  return told;
}
