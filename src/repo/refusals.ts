import type { Doors } from "../doors/doors.ts";
import { LIMITS } from "../model/limits.ts";
import { readCache, writeCache } from "./cache.ts";

/** By branch. */
export type Refusals = Readonly<Record<string, Refusal>>;

interface Refusal {
  tip: string;
  reason: string;
  until: number;
}

/** Remembers that git found something in the way of a checkout, so that it is not tried at every look. */
export function rememberRefusal(doors: Doors, branch: string, tip: string, reason: string): void {
  const refusals = readRefusals(doors);
  const until = doors.clock.now() + LIMITS.checkoutRetryMs;
  writeCache(doors, "refusals", { ...refusals, [branch]: { tip, reason, until } });
}

/** What git refused lately, as it is remembered now. */
export function readRefusals(doors: Doors): Refusals {
  return readCache<Refusals>(doors, "refusals") ?? {};
}

/** What was last in the way of moving a branch on from this commit; with `retry` null when it is time to try again. */
export function recallRefusal(
  refusals: Refusals,
  { branch, tip, now, retry }: { branch: string; tip: string; now: number; retry: boolean },
): string | null {
  const refusal = refusals[branch];
  if (refusal?.tip !== tip) return null;
  return retry && refusal.until <= now ? null : refusal.reason;
}
