/** A `gate` or `validate` run: a clean clone of the commit, setup, each asked check once, one verdict. */

import type { Report } from "../../model/run.ts";
import { endWithoutWorker, makeReport, type RunEnding } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { type SetupEnd, setUp } from "../setup.ts";
import { setupFailure } from "../setup-failure.ts";
import { playedBy } from "./agent-check.ts";
import { type Checked, runChecks } from "./checks.ts";
import { findDearest, spentOn } from "./spent.ts";
import { makeVerdict } from "./verdict.ts";

/** Carries the run out. A stopped one gives no verdict; what it found so far says nothing about the whole. */
export async function judge(run: RunContext): Promise<Report> {
  const { doors, order } = run;
  const setup = await setUp(run);
  if (setup.kind === "failed") return setupFailed(run, setup);
  const { outcomes, answers } = setup.kind === "ready" ? await runChecks(run) : NOTHING;
  await doors.endSurvivors(order.run);
  const kept = answers.find((answer) => answer.kept !== null);
  // Whose provider it was: that runtime is held back, and then all is judged anew.
  const told = kept ?? findDearest(answers);
  const report = (ending: RunEnding, verdicts: Parameters<typeof makeReport>[2] = []): Report =>
    told === null
      ? makeReport(run, ending, verdicts)
      : makeReport(
          playedBy(run, told.question),
          { ...ending, ...spentOn(run, answers), session: told.session },
          verdicts,
        );
  if (run.stop.reason !== null) return report(endWithoutWorker(run, "stopped", run.stop.reason));
  if (kept?.kept) {
    const { outcome, text, until, needs } = kept.kept;
    return report({ ...endWithoutWorker(run, outcome, text), until, needs });
  }
  const verdict = makeVerdict(order, outcomes, doors.hash);
  const late = doors.clock.now() - run.startedAt > order.limits.wallMs;
  return report(
    late ? endWithoutWorker(run, "timeout", "Not all checks ran in time.") : endWithoutWorker(run, "delivered", ""),
    [verdict],
  );
}

const NOTHING: Checked = { outcomes: new Map(), answers: [] };

function setupFailed(run: RunContext, setup: Extract<SetupEnd, { kind: "failed" }>): Report {
  const { fact } = makeVerdict(run.order, new Map(), run.doors.hash);
  const body = `Setup failed: \`${setup.command}\`: ${setup.because}`;
  return makeReport(run, setupFailure(run, setup), [{ fact, body }]);
}
