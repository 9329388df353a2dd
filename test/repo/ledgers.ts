/** Records and contexts for tests of ledgers. */

import { systemClock } from "../../src/doors/clock.ts";
import { systemRandom } from "../../src/doors/random.ts";
import type { Claim, Fact, NewRecord, RunEnded, Verdict } from "../../src/model/record.ts";
import { appendRecords, type LedgerContext } from "../../src/repo/ledger.ts";
import type { Clone } from "./clones.ts";

export function contextOf({ git, authority }: Clone, host = "anna-9f2c"): LedgerContext {
  return {
    git,
    authority,
    host,
    clock: systemClock,
    random: systemRandom,
    redact: (text) => text.replaceAll("hunter2hunter2", "[secret]"),
  };
}

export function record(fact: Fact, body = ""): NewRecord {
  return { fact, by: "pulse@anna-9f2c", homeTip: null, body, attachments: {} };
}

export const CREATED = record({ kind: "created", format: 1, home: "mission/crm/home" });

export function claim(run: string): Claim {
  return {
    kind: "claim",
    run,
    runKind: "work",
    about: { kind: "feature", feature: run.replace(/-.*/, "") },
    attempt: 1,
    spec: "5ec",
    base: "ba5e",
    head: null,
    host: "anna-9f2c",
    nonce: run,
    reserveUsd: 1,
    reserveMinutes: 1,
    reserveTokens: 1,
    ttlMs: 60_000,
  };
}

export function ended(run: string, costUsd = 1): RunEnded {
  return {
    kind: "run-ended",
    run,
    outcome: "delivered",
    head: null,
    until: null,
    usage: { costUsd, costSource: "reported", tokensIn: 1, tokensOut: 1, tokensCached: 0, minutes: 1 },
    runtime: null,
    program: null,
    model: null,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
  };
}

export function verdict(run: string): Verdict {
  return {
    kind: "verdict",
    run,
    of: "gate",
    about: { kind: "feature", feature: "schema" },
    codeTree: "c0de",
    base: "ba5e",
    baseCodeTree: "c0de",
    result: "passed",
    byRuntime: null,
    checks: [],
    assertions: [],
    override: null,
  };
}

/** Begins a mission's ledger with a claim for each run; answers the tip. */
export async function beginLedger(
  context: LedgerContext,
  mission: string,
  runs: readonly string[] = [],
): Promise<string> {
  const records = [CREATED, ...runs.map((run) => record(claim(run)))];
  const outcome = await appendRecords(context, mission, records, { expected: null });
  if (outcome.kind !== "won") throw new Error(outcome.reason);
  return outcome.tip;
}
