/** Facts, filled with what is usual: a test names what it is about and nothing else. */

import { type Check, checkLabel } from "../../src/model/documents.ts";
import { LIMITS } from "../../src/model/limits.ts";
import type {
  About,
  CheckResult,
  Claim,
  FeatureHead,
  Landed,
  Result,
  RunEnded,
  Verdict,
} from "../../src/model/record.ts";

export function claimFact(run: string, about: About, given: Partial<Claim> = {}): Claim {
  return {
    kind: "claim",
    run,
    runKind: "work",
    about,
    attempt: 1,
    spec: "",
    base: "home-0",
    head: null,
    host: "anna",
    nonce: run,
    reserveUsd: 0,
    reserveMinutes: 0,
    reserveTokens: 0,
    ttlMs: LIMITS.ttlMs,
    ...given,
  };
}

export type Spent = Partial<RunEnded["usage"]>;

export function endFact(run: string, given: Partial<Omit<RunEnded, "usage">> & { usage?: Spent } = {}): RunEnded {
  const { usage, ...rest } = given;
  return {
    kind: "run-ended",
    run,
    outcome: "delivered",
    head: null,
    until: null,
    runtime: "mine",
    program: null,
    model: null,
    session: null,
    fingerprint: null,
    protectedPaths: [],
    outsidePaths: [],
    ...rest,
    usage: {
      costUsd: 0,
      costSource: "reported",
      tokensIn: 0,
      tokensOut: 0,
      tokensCached: 0,
      minutes: 0,
      ...usage,
    },
  };
}

/** `passed` on all of them, or the given result on the first. */
export function checkResults(checks: readonly Check[], result: Result, fingerprint: string | null): CheckResult[] {
  if (result === "conflict" || result === "unchecked") return [];
  const worst = result;
  return checks.map((check, index): CheckResult => {
    const own = index === 0 ? worst : "passed";
    return { result: own, label: checkLabel(check), fingerprint: own === "failed" ? fingerprint : null };
  });
}

export function verdictFact(about: About, given: Partial<Verdict> = {}): Verdict {
  return {
    kind: "verdict",
    run: null,
    of: "gate",
    about,
    codeTree: "code-judged",
    base: "home-0",
    baseCodeTree: "code-0",
    result: "passed",
    byRuntime: null,
    checks: [],
    assertions: [],
    override: null,
    ...given,
  };
}

export function landedFact(feature: string, given: Partial<Landed> = {}): Landed {
  return {
    kind: "landed",
    feature,
    run: null,
    spec: `spec-${feature}`,
    commit: "landing",
    codeTree: "code-0",
    ...given,
  };
}

export function aboutChain(features: readonly FeatureHead[]): About {
  return { kind: "features", features };
}
