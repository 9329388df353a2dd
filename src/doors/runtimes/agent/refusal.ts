/**
 * Why a model did not answer, by the status and the words of its provider. One table for all agents: what the work is to
 * blame for, what passes by itself, and what a person has to see to. The words are those that real agents print.
 */

import type { Need } from "../../../model/record.ts";
import type { WorkerEvent } from "../driver.ts";
import { objectOf, oneLine, parseLine, SHOWN_LENGTH, textOf } from "./stream.ts";

type Failure = Extract<WorkerEvent, { kind: "error" }>;

export interface Refusal {
  /** Of HTTP; left out where the words may hold it. */
  status?: number | null;
  text: string;
  /** When it said that it takes work again. */
  until?: number | null;
}

interface Row {
  code: Failure["code"];
  needs?: Need;
  /** Of these statuses whatever the words are. */
  statuses: (status: number) => boolean;
  /** Without a status, or with the one that stands for anything that is wrong with a request. */
  words: RegExp;
}

const WRONG_REQUEST = 400;

/** The first row that fits holds; what fits none is a failure of the work. */
const ROWS: readonly Row[] = [
  {
    code: "other",
    statuses: (status) => status === 413,
    words: /too long|too large|context (?:window|length)|maximum context/i,
  },
  {
    code: "quota",
    needs: "payment",
    statuses: (status) => status === 402,
    words: /credit balance|insufficient.(?:quota|credits?|balance|funds)|billing|payment required/i,
  },
  {
    code: "provider",
    needs: "sign-in",
    statuses: (status) => status === 401 || status === 403,
    words:
      /\b(?:logged|log|sign).?in\b|api.?key|unauthorized|\bauth(?:\b|enti|oriz)|missing environment variable|token (?:has )?(?:expired|been revoked)/i,
  },
  {
    code: "provider",
    needs: "model",
    statuses: (status) => status === 404,
    words:
      /\bmodel\b.*\b(?:not (?:found|supported|available)|not exist|unknown)|(?:unknown|invalid|unsupported) model/is,
  },
  {
    code: "quota",
    statuses: (status) => status === 429,
    words: /\b429\b|rate.?limit|(?:usage|session|weekly) limit|quota|too many requests|resource.?exhausted/i,
  },
  {
    code: "provider",
    statuses: (status) => status >= 500 || status === 408,
    words:
      /connect|network|socket|fetch failed|timed? ?out|ECONN|ENOTFOUND|lookup|high demand|temporar|overloaded|unavailable|internal server error/i,
  },
];

/** The failure of a run whose model did not answer so. */
export function judgeRefusal(refusal: Refusal): Failure {
  const text = innerText(refusal.text);
  const until = refusal.until ?? null;
  const { code, needs } = findRow({ ...refusal, text }) ?? { code: "other" as const };
  const shown = code === "other" ? text : oneLine(text, SHOWN_LENGTH);
  return { kind: "error", code, text: shown, until, ...(needs === undefined ? {} : { needs }) };
}

/** The same of an agent that tries again by itself. */
export function judgeRetry(refusal: Refusal): Extract<WorkerEvent, { kind: "retry" }> {
  const row = findRow(refusal);
  const isQuota = row?.code === "quota";
  return { kind: "retry", text: refusal.text, isQuota, ...(row?.needs === undefined ? {} : { needs: row.needs }) };
}

function findRow({ text, status = statusIn(text), until = null }: Refusal): Row | undefined {
  const areWordsTold = status === null || status === WRONG_REQUEST;
  return ROWS.find(({ needs, statuses, words }) => {
    if (status !== null && statuses(status)) return true;
    // A limit that ends by itself may advise to pay for a larger one.
    return areWordsTold && words.test(text) && !(needs === "payment" && until !== null);
  });
}

/** `status 429`, `API Error: 500`, `(code 401)`. */
export function statusIn(text: string): number | null {
  const found = /\b(?:status(?:.?code)?|error|code|http)["' :=(]*([45]\d\d)\b/i.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

/** A provider's answer may stand for the words as it came: `{"error":{"message":"..."}}`. */
function innerText(text: string): string {
  return textOf(objectOf(parseLine(text)?.error).message) || text;
}
