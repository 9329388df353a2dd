/** When a feature is not tried again without a person: what was tried goes in, the reason comes out. */

import type { Limits } from "../model/documents.ts";
import { LIMITS } from "../model/limits.ts";
import type { Outcome } from "../model/record.ts";
import { describeEnd, type EndedRun, firstLine } from "./ended-run.ts";
import type { Return } from "./returns.ts";

export interface Tried {
  /** Runs for the present spec since the last retry that are over, in the order of their ends. */
  ended: readonly EndedRun[];
  failures: readonly EndedRun[];
  sentBack: readonly { run: EndedRun; back: Return }[];
}

export interface Cap {
  code: "attempts" | "rounds" | "loop" | "breaker" | "setup" | "policy";
  message: string;
  evidence: readonly string[];
  /** Verdicts stand in the way: a person may override the last one. */
  isJudged?: true;
}

/** The first cap that was reached, null when the feature may be tried. */
export function deriveCap(tried: Tried, limits: Limits): Cap | null {
  return (
    policyCap(tried) ??
    setupCap(tried) ??
    failureLoop(tried) ??
    roundLoop(tried) ??
    countCap(tried, limits) ??
    breakerCap(tried)
  );
}

function policyCap({ ended }: Tried): Cap | null {
  const last = ended.at(-1);
  if (last?.ended.fact.outcome !== "policy") return null;
  const message = firstLine(last.ended.record.body) || "the work broke a rule on paths";
  return { code: "policy", message, evidence: [last.run] };
}

/** Outcomes that say nothing about whether setup works. */
const SAYS_NOTHING: readonly Outcome[] = ["lost", "quota", "provider", "stopped"];

function setupCap({ ended }: Tried): Cap | null {
  const told = ended.filter((run) => !SAYS_NOTHING.includes(run.ended.fact.outcome)).slice(-LIMITS.setupFailures);
  const failed = told.filter((run) => run.ended.fact.outcome === "setup-failed");
  if (failed.length < LIMITS.setupFailures) return null;
  const body = firstLine(failed.at(-1)?.ended.record.body ?? "");
  return { code: "setup", message: `setup failed twice: ${body}`, evidence: names(failed) };
}

/** The same failure or question twice, or two attempts that brought nothing new. */
function failureLoop({ ended, failures }: Tried): Cap | null {
  const tellable = ended.filter((run) => failures.includes(run) || run.ended.fact.outcome === "question");
  const twice = sameFingerprint(tellable);
  if (twice) {
    const what = twice[1].ended.fact.outcome === "question" ? "question" : "failure";
    const message = `same ${what} twice: ${firstLine(twice[1].ended.record.body)}`;
    return { code: "loop", message, evidence: names(twice) };
  }
  const still = unchanged(failures);
  return (
    still && {
      code: "loop",
      message: `two attempts changed nothing, the last: ${describeEnd(still[1])}`,
      evidence: names(still),
    }
  );
}

function roundLoop({ sentBack }: Tried): Cap | null {
  const again = sentBack.find(({ back }, index) => {
    const isSame = (earlier: Tried["sentBack"][number]) => earlier.back.fingerprints === back.fingerprints;
    return back.fingerprints !== "" && sentBack.slice(0, index).some(isSame);
  });
  if (!again) return null;
  const message = `sent back twice for the same failure: ${again.back.reason}`;
  return { code: "loop", message, evidence: names(sentBack.map(({ run }) => run)), isJudged: true };
}

function countCap({ failures, sentBack }: Tried, limits: Limits): Cap | null {
  if (failures.length >= limits.attempts) {
    const failed = failures.length === 1 ? "the only attempt failed" : `${failures.length} attempts failed, the last`;
    const message = `${failed}: ${describeEnd(failures.at(-1) ?? null)}`;
    return { code: "attempts", message, evidence: names(failures) };
  }
  if (sentBack.length < limits.rounds) return null;
  const times = sentBack.length === 1 ? "once" : `${sentBack.length} times, the last`;
  const message = `sent back ${times}: ${sentBack.at(-1)?.back.reason}`;
  return { code: "rounds", message, evidence: names(sentBack.map(({ run }) => run)), isJudged: true };
}

function breakerCap({ ended }: Tried): Cap | null {
  const last = ended.slice(-LIMITS.lostInARow);
  if (last.length < LIMITS.lostInARow || last.some((run) => run.ended.fact.outcome !== "lost")) return null;
  return { code: "breaker", message: `${last.length} runs in a row were lost with their hosts`, evidence: names(last) };
}

function names(runs: readonly EndedRun[]): readonly string[] {
  return runs.map(({ run }) => run);
}

function sameFingerprint(runs: readonly EndedRun[]): readonly [EndedRun, EndedRun] | null {
  if (runs.length < 2) return null;
  const first = new Map<string, EndedRun>();
  for (const run of runs) {
    const print = run.ended.fact.fingerprint;
    if (print === null) continue;
    const earlier = first.get(print);
    if (earlier) return [earlier, run];
    first.set(print, run);
  }
  return null;
}

/** Two failed attempts one after the other that brought nothing new. */
function unchanged(failures: readonly EndedRun[]): readonly [EndedRun, EndedRun] | null {
  for (const [index, run] of failures.entries()) {
    const before = failures[index - 1];
    if (before && !broughtWork(before) && !broughtWork(run)) return [before, run];
  }
  return null;
}

function broughtWork({ claim, ended }: EndedRun): boolean {
  const { head } = ended.fact;
  return head !== null && head !== claim.fact.head && head !== claim.fact.base;
}
