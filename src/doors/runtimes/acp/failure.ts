/** Why a turn could not be had, as a person reads it: whether the provider is at fault or the agent. */

import { judgeRefusal, judgeRetry, statusIn } from "../agent/refusal.ts";
import { objectOf, parseLine, textOf } from "../agent/stream.ts";
import type { WorkerEvent } from "../driver.ts";

/** Of JSON-RPC in this protocol: the person has to sign in. */
export const AUTH_REQUIRED = -32000;
const UNAUTHORIZED = 401;
const ANY_ERROR = 500;

/** OpenCode's log, and what Gemini prints. */
const TRIES_AGAIN =
  /message="stream error".* error\.error="?(?:AI_\w+: )?(.*?)"?$|^(Attempt \d+ failed(?: with status \d+)?[.:].*)/;
const SHOWN_LENGTH = 400;

/** The agent can't be had, for no reason of the work's. */
export class Unavailable extends Error {}

/** `now`: what a reset that is told in seconds counts from. */
export function failureEvent(error: unknown, now: number): WorkerEvent {
  const text = wordsOf(error);
  const code = statusOf(error);
  // Gemini says it of whatever it has no status for: the words may say more.
  const isAny = code === ANY_ERROR;
  const failure = judgeRefusal({ status: statusIn(text) ?? (isAny ? null : code), text, until: readReset(text, now) });
  const isOfProvider = isAny || error instanceof Unavailable;
  return failure.code === "other" && isOfProvider ? { ...failure, code: "provider" } : failure;
}

/** Copilot ends its turn well whatever befell it: `Error: Authentication failed with provider at ... (HTTP 401).` */
export function readSpokenFailure(agent: string, text: string): WorkerEvent | null {
  const [, words] = (agent === "Copilot" && /(?:^|\.\.\.)Error: (.+)$/s.exec(text)) || [];
  const failure = words === undefined ? null : judgeRefusal({ text: words });
  return failure === null || failure.code === "other" ? null : failure;
}

/** What an agent prints when its provider did not answer and it tries again; null for everything else. */
export function readComplaint(line: string): WorkerEvent | null {
  const [, ofLog, printed] = TRIES_AGAIN.exec(line) ?? [];
  const text = ofLog ?? printed;
  return text === undefined ? null : judgeRetry({ text: text.slice(0, SHOWN_LENGTH) });
}

/** `Internal error` alone says nothing: the reason is in the data. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { data } = error as { data?: unknown };
  const details = textOf(data) || textOf(objectOf(data).details) || textOf(objectOf(data).message);
  // A provider's answer may stand in it as it came: `{"error":{"code":401,"message":"invalid api key"}}`.
  const answer = objectOf(parseLine(error.message)?.error);
  if (textOf(answer.message) !== "") return `${textOf(answer.message)} (code ${String(answer.code)})`;
  return details === "" || error.message.includes(details) ? error.message : `${error.message}: ${details}`;
}

/** Gemini answers with the status itself. */
function statusOf(error: unknown): number | null {
  const { code } = objectOf(error);
  if (code === AUTH_REQUIRED) return UNAUTHORIZED;
  return typeof code === "number" && code >= 400 && code < 600 ? code : null;
}

/** `Please retry in 34.5s`, `"retryDelay":"34s"`. */
function readReset(text: string, now: number): number | null {
  const seconds = Number(/retry(?: in|.?after|.?delay)["' :=]*(\d+(?:\.\d+)?) ?s/i.exec(text)?.[1]);
  return Number.isFinite(seconds) ? now + seconds * 1000 : null;
}
