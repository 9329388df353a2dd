/**
 * Gates, reviews and validations that ended without a verdict. They count only while home stands where it stood: what is wrong with
 * them (setup, a check that takes the machine down) is mended by a commit on home, and then they are tried again.
 */

import type { RunEntry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Outcome } from "../model/record.ts";
import { firstLine } from "./ended-run.ts";

/** Counted in rows of their own; a provider that refuses is waited for. */
const UNCOUNTED: readonly string[] = ["lost", "setup-failed", "quota", "provider"] satisfies Outcome[];

export interface Trouble {
  code: "setup" | "breaker" | "attempts";
  message: string;
  evidence: readonly string[];
}

/** Why no further run is started to judge something; null while one may be. `base` null: on any home. */
export function deriveTrouble(
  runs: readonly RunEntry[],
  { what, base, since }: { what: string; base: string | null; since: number },
): Trouble | null {
  const ended = runs
    .filter(({ claim }) => claim.position > since && (base === null || claim.fact.base === base))
    .flatMap(({ run, ended: end }) => (end && end.fact.outcome !== "stopped" ? [{ run, end }] : []))
    .sort((a, b) => a.end.position - b.end.position);
  const streak = ended.slice(ended.findLastIndex(({ end }) => end.fact.outcome === "delivered") + 1);
  const of = (isKind: (outcome: string) => boolean) => streak.filter(({ end }) => isKind(end.fact.outcome));
  const rows = [
    { code: "setup", found: of((outcome) => outcome === "setup-failed"), limit: LIMITS.setupFailures },
    { code: "breaker", found: of((outcome) => outcome === "lost"), limit: LIMITS.lostInARow },
    {
      code: "attempts",
      found: of((outcome) => !UNCOUNTED.includes(outcome)),
      limit: LIMITS.attempts,
    },
  ] as const;
  const row = rows.find(({ found, limit }) => found.length >= limit);
  if (!row) return null;
  const body = firstLine(row.found.at(-1)?.end.record.body ?? "");
  const messages = {
    setup: `setup of its ${what} failed twice: ${body}`,
    breaker: `${row.found.length} times its ${what} was lost with its host`,
    attempts: `its ${what} could not be run ${row.found.length} times: ${body}`,
  };
  return { code: row.code, message: messages[row.code], evidence: row.found.map(({ run }) => run) };
}
