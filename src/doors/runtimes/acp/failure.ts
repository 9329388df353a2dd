/** Why a turn could not be had, as a person reads it: whether the provider is at fault or the agent. */

import { objectOf, refusal, saysQuota, textOf } from "../agent-stream.ts";
import type { WorkerEvent } from "../driver.ts";

/** Of JSON-RPC in this protocol: the person has to sign in. */
export const AUTH_REQUIRED = -32000;
const OF_PROVIDER =
  /connection|network|socket|fetch failed|timed? ?out|ECONN|ENOTFOUND|unauthorized|api.?key|\bauth(?:\b|enti|oriz)|sign.?in|log.?in/i;

/** The agent can't be had, for no reason of the work's. */
export class Unavailable extends Error {}

/** `now`: what a reset that is told in seconds counts from. */
export function failureEvent(error: unknown, now: number): WorkerEvent {
  const text = wordsOf(error);
  const status = readStatus(text);
  const isOfProvider =
    error instanceof Unavailable ||
    objectOf(error).code === AUTH_REQUIRED ||
    status !== null ||
    saysQuota(text) ||
    OF_PROVIDER.test(text);
  if (!isOfProvider) return { kind: "error", code: "other", text, until: null };
  return refusal(status, text, readReset(text, now));
}

/** `Internal error` alone says nothing: the reason is in the data. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { data } = error as { data?: unknown };
  const details = textOf(data) || textOf(objectOf(data).details) || textOf(objectOf(data).message);
  const more = details || (Object.keys(objectOf(data)).length > 0 ? JSON.stringify(data) : "");
  return more === "" || error.message.includes(more) ? error.message : `${error.message}: ${more}`;
}

function readStatus(text: string): number | null {
  const found = /\b(?:status(?:.?code)?|error|code|http)["' :=(]*([45]\d\d)\b/i.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** `Please retry in 34.5s`, `"retryDelay":"34s"`. */
function readReset(text: string, now: number): number | null {
  const seconds = Number(/retry(?: in|.?after|.?delay)["' :=]*(\d+(?:\.\d+)?) ?s/i.exec(text)?.[1]);
  return Number.isFinite(seconds) ? now + seconds * 1000 : null;
}
