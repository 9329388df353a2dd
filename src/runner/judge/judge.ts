/** A `gate` or `validate` run: a clean clone of the commit, setup, each asked check once, one verdict. */

import type { Report } from "../../model/run.ts";
import { endWithoutWorker, makeReport } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { type SetupEnd, setUp } from "../setup.ts";
import { setupFailure } from "../setup-failure.ts";
import { runChecks } from "./checks.ts";
import { makeVerdict } from "./verdict.ts";

/** Carries the run out. A stopped one gives no verdict; what it found so far says nothing about the whole. */
export async function judge(run: RunContext): Promise<Report> {
  const { doors, order } = run;
  const setup = await setUp(run);
  if (setup.kind === "failed") return setupFailed(run, setup);
  const outcomes = setup.kind === "ready" ? await runChecks(run) : new Map();
  await doors.endSurvivors(order.run);
  if (run.stop.reason !== null) return makeReport(run, endWithoutWorker(run, "stopped", run.stop.reason));
  const verdict = makeVerdict(order, outcomes, doors.hash);
  const late = doors.clock.now() - run.startedAt > order.limits.wallMs;
  const ending = late
    ? endWithoutWorker(run, "timeout", "Not all checks ran in time.")
    : endWithoutWorker(run, "delivered", "");
  return makeReport(run, ending, [verdict]);
}

function setupFailed(run: RunContext, setup: Extract<SetupEnd, { kind: "failed" }>): Report {
  const { fact } = makeVerdict(run.order, new Map(), run.doors.hash);
  const body = `Setup failed: \`${setup.command}\`: ${setup.because}`;
  return makeReport(run, setupFailure(run, setup), [{ fact, body }]);
}
