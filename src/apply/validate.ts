import type { Validate } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import { type ApplyContext, subjectOf } from "./context.ts";
import { checkMinutes, countRuns, makeOrder, runName } from "./order.ts";
import type { NewRun } from "./start-runs.ts";

/** Starts the validation of a milestone, or of the whole contract, at the home tip. */
export async function prepareValidate(context: ApplyContext, decision: Validate): Promise<NewRun> {
  const subject = subjectOf(context, decision.mission);
  const { milestone, checks } = decision;
  const nonce = context.doors.random.nonce(6);
  const attempt =
    countRuns(subject, "validate", (about) => about.kind === "milestone" && about.milestone === milestone) + 1;
  const run = runName(`validate-${milestone}`, attempt, nonce);
  const about = { kind: "milestone" as const, milestone };
  const { tip, codeTree } = subject.home;
  const order = makeOrder(context, subject, {
    run,
    runKind: "validate",
    about,
    attempt,
    start: tip,
    codeTree,
    nonce,
    branch: `mission/${decision.mission}/${run}`,
    title: run,
    checks,
  });
  const claim = {
    kind: "claim" as const,
    run,
    runKind: "validate" as const,
    about,
    attempt,
    spec: "",
    base: tip,
    head: null,
    host: context.snapshot.host,
    nonce,
    reserveUsd: 0,
    reserveMinutes: checkMinutes(checks),
    reserveTokens: 0,
    ttlMs: LIMITS.ttlMs,
  };
  return { kind: "run", order, prompt: "", claim, detail: `started ${run} (${decision.because})` };
}
