/** A `gate` or `validate` run: a clean clone of the commit, setup, each asked check once, one verdict. */

import type { Usage } from "../../model/record.ts";
import type { Report } from "../../model/run.ts";
import { endWithoutWorker, makeReport, minutesSoFar, type RunEnding } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { type SetupEnd, setUp } from "../setup.ts";
import { setupFailure } from "../setup-failure.ts";
import { type Answer, playedBy } from "./agent-check.ts";
import { type Checked, runChecks } from "./checks.ts";
import { makeVerdict } from "./verdict.ts";

/** Carries the run out. A stopped one gives no verdict; what it found so far says nothing about the whole. */
export async function judge(run: RunContext): Promise<Report> {
  const { doors, order } = run;
  const setup = await setUp(run);
  if (setup.kind === "failed") return setupFailed(run, setup);
  const { outcomes, answers } = setup.kind === "ready" ? await runChecks(run) : NOTHING;
  const [first] = answers;
  const told = first ? playedBy(run, first.question) : run;
  await doors.endSurvivors(order.run);
  const paid = (ending: RunEnding): RunEnding => (first ? { ...ending, ...spentOn(run, answers) } : ending);
  if (run.stop.reason !== null) return makeReport(told, paid(endWithoutWorker(run, "stopped", run.stop.reason)));
  const kept = answers.find((answer) => answer.kept !== null);
  if (kept?.kept) {
    const { outcome, text, until, needs } = kept.kept;
    // Whose provider it was: that runtime is held back, and then all is judged anew.
    return makeReport(playedBy(run, kept.question), paid({ ...endWithoutWorker(run, outcome, text), until, needs }));
  }
  const verdict = makeVerdict(order, outcomes, doors.hash);
  const late = doors.clock.now() - run.startedAt > order.limits.wallMs;
  const ending = late
    ? endWithoutWorker(run, "timeout", "Not all checks ran in time.")
    : endWithoutWorker(run, "delivered", "");
  return makeReport(told, paid(ending), [verdict]);
}

const NOTHING: Checked = { outcomes: new Map(), answers: [] };

/** What the agents among the judges cost together. */
function spentOn(run: RunContext, answers: readonly Answer[]): Pick<RunEnding, "usage" | "session"> {
  const sum = (of: (usage: Usage) => number) => answers.reduce((total, { usage }) => total + of(usage), 0);
  const sources = new Set(answers.map(({ usage }) => usage.costSource));
  const usage: Usage = {
    costUsd: sum(({ costUsd }) => costUsd),
    costSource: sources.has("assumed") ? "assumed" : sources.has("priced") ? "priced" : "reported",
    tokensIn: sum(({ tokensIn }) => tokensIn),
    tokensOut: sum(({ tokensOut }) => tokensOut),
    tokensCached: sum(({ tokensCached }) => tokensCached),
    minutes: minutesSoFar(run),
  };
  return { usage, session: answers[0]?.session ?? { id: null, program: null, model: null } };
}

function setupFailed(run: RunContext, setup: Extract<SetupEnd, { kind: "failed" }>): Report {
  const { fact } = makeVerdict(run.order, new Map(), run.doors.hash);
  const body = `Setup failed: \`${setup.command}\`: ${setup.because}`;
  return makeReport(run, setupFailure(run, setup), [{ fact, body }]);
}
