import type { Validate } from "../model/decision.ts";
import { type ApplyContext, subjectOf } from "./context.ts";
import { makeJudgingRun } from "./judging-run.ts";
import { countRuns, runName } from "./order.ts";
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
  return makeJudgingRun(context, subject, {
    parts: {
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
    },
    head: null,
    because: decision.because,
    judges: decision.judges ?? [],
  });
}
