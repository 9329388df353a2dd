/** Puts the faults of a plan round what a door does. */

import { setTimeout as pause } from "node:timers/promises";
import { errorOf, type Family, timeoutError } from "./errors.ts";
import type { FaultAction, Phase, Watch } from "./plan.ts";

/** An effect of a door: what it is called, how it fails, and what it says when it lies. */
export interface Effect<A extends readonly unknown[], R> {
  name: string | ((...args: A) => string);
  family: Family;
  /** What it answers when all is well. Left out: it answers nothing. */
  success?: R;
  /** What it answers when it did not come to pass, or when it can't be told. Left out: it throws. */
  failure?: R;
}

type Call<A extends readonly unknown[], R> = (...args: A) => R;

const HANG_MS = 500;

export function aroundAsync<A extends readonly unknown[], R>(
  watch: Watch,
  effect: Effect<A, R>,
  call: Call<A, Promise<R>>,
): Call<A, Promise<R>> {
  return async (...args) => {
    const point = pointOf(effect, args);
    const meet = (phase: Phase) => watch.meet(point, phase, effect.family);
    const early = meet("before");
    if (early !== null) await pause(waitOf(watch, early));
    if (replaces(early)) return enact(effect, early, point);
    const answer = await call(...args);
    const late = meet("acted");
    setImmediate(() => meet("confirmed"));
    if (late !== null) await pause(waitOf(watch, late));
    return replaces(late) ? enact(effect, late, point) : answer;
  };
}

/** A door that answers at once holds the whole process while it hangs, as a disk does, and then goes on. */
export function aroundSync<A extends readonly unknown[], R>(
  watch: Watch,
  effect: Effect<A, R>,
  call: Call<A, R>,
): Call<A, R> {
  return (...args) => {
    const point = pointOf(effect, args);
    const meet = (phase: Phase) => watch.meet(point, phase, effect.family);
    const early = meet("before");
    if (early !== null) block(waitOf(watch, early));
    if (replaces(early) && early !== "hang") return enact(effect, early, point);
    const answer = call(...args);
    const late = meet("acted");
    setImmediate(() => meet("confirmed"));
    if (late !== null) block(waitOf(watch, late));
    return replaces(late) && late !== "hang" ? enact(effect, late, point) : answer;
  };
}

function pointOf<A extends readonly unknown[], R>({ name }: Effect<A, R>, args: A): string {
  return typeof name === "string" ? name : name(...args);
}

function replaces(action: FaultAction | null): action is Exclude<FaultAction, { delayMs: number }> {
  return action !== null && !(typeof action === "object" && "delayMs" in action);
}

function waitOf({ plan }: Watch, action: FaultAction): number {
  if (action === "hang") return plan.hangMs ?? HANG_MS;
  return typeof action === "object" && "delayMs" in action ? action.delayMs : 0;
}

function enact<A extends readonly unknown[], R>(effect: Effect<A, R>, action: FaultAction, point: string): R {
  if (action === "lie-success") return effect.success as R;
  if (action !== "kill" && typeof action === "object" && "throw" in action && effect.family !== "none")
    throw errorOf(effect.family, action.throw, point);
  if ("failure" in effect) return effect.failure as R;
  if (effect.family === "git") throw timeoutError(point);
  throw errorOf("files", "EIO", point);
}

function block(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
