import type { Doors } from "../doors/doors.ts";
import { LIMITS } from "../model/limits.ts";
import { readCache, writeCache } from "./cache.ts";

interface Refusal {
  tip: string;
  reason: string;
  until: number;
}

/** Remembers that git found something in the way of a checkout, so that it is not tried at every look. */
export function rememberRefusal(doors: Doors, branch: string, tip: string, reason: string): void {
  const refusals = readCache<Record<string, Refusal>>(doors, "refusals") ?? {};
  const until = doors.clock.now() + LIMITS.checkoutRetryMs;
  writeCache(doors, "refusals", { ...refusals, [branch]: { tip, reason, until } });
}

/** What was last in the way of moving a branch on from this commit; with `retry` null when it is time to try again. */
export function recallRefusal(doors: Doors, branch: string, tip: string, { retry }: { retry: boolean }): string | null {
  const refusal = readCache<Record<string, Refusal>>(doors, "refusals")?.[branch];
  if (refusal?.tip !== tip) return null;
  return retry && refusal.until <= doors.clock.now() ? null : refusal.reason;
}
