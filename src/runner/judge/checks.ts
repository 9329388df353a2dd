/** Carries out checks, each command once, however many things ask for it. */

import { type Check, checkLabel } from "../../model/documents.ts";
import { commandEnvironment } from "../environment.ts";
import { logLine } from "../log-line.ts";
import type { RunContext } from "../run-doors.ts";
import { type Answer, askAgent } from "./agent-check.ts";
import { renewCheckout } from "./fresh-checkout.ts";
import { searchCode } from "./search-code.ts";
import { type CheckOutcome, checkKey } from "./verdict.ts";

const KEEP_BYTES = 512 * 1024;
const MATCH_MS = 5_000;

type BashCheck = Extract<Check, { method: "bash" }>;

export interface Checked {
  outcomes: Map<string, CheckOutcome>;
  answers: readonly Answer[];
}

/**
 * Outcomes by `checkKey`. Commands run one after the other in one checkout, as in a script; agents come last, each in a
 * checkout that nobody has worked in. A stop or the run's own time limit leaves the checks that did not run inconclusive.
 */
export async function runChecks(run: RunContext): Promise<Checked> {
  const outcomes = new Map<string, CheckOutcome>();
  const answers: Answer[] = [];
  const deadline = run.startedAt + run.order.limits.wallMs;
  const checks = distinctChecks(run.order.checks.map((asked) => asked.check));
  const isAgents = ({ method }: Check) => method === "agent";
  let isFresh = true;
  for (const check of [...checks.filter((each) => !isAgents(each)), ...checks.filter(isAgents)]) {
    const isOver = run.stop.reason !== null || run.doors.clock.now() >= deadline;
    const unfit = isAgents(check) && !isFresh && !isOver ? await renewCheckout(run) : null;
    const leftMs = deadline - run.doors.clock.now();
    const outcome = unfit === null ? await runCheck(run, check, leftMs, answers) : unknown(unfit);
    if (check.method === "bash" || isAgents(check)) isFresh = false;
    outcomes.set(checkKey(check), { ...outcome, output: run.redactor.redact(outcome.output) });
  }
  return { outcomes, answers };
}

/** Asked twice with different patience, a command gets the larger one. */
function distinctChecks(checks: readonly Check[]): Check[] {
  const distinct = new Map<string, Check>();
  for (const check of checks) {
    const known = distinct.get(checkKey(check));
    distinct.set(
      checkKey(check),
      known?.method === "bash" && check.method === "bash" ? morePatient(known, check) : check,
    );
  }
  return [...distinct.values()];
}

function morePatient(one: BashCheck, other: BashCheck): BashCheck {
  return {
    ...one,
    timeoutMs: one.timeoutMs === null || other.timeoutMs === null ? null : Math.max(one.timeoutMs, other.timeoutMs),
  };
}

async function runCheck(run: RunContext, check: Check, leftMs: number, answers: Answer[]): Promise<CheckOutcome> {
  if (run.stop.reason !== null) return unknown("the run was stopped");
  if (leftMs <= 0) return unknown("the run's time was over");
  switch (check.method) {
    case "bash":
      return runCommand(run, check, leftMs);
    case "codebase":
      return searchCode(run, check);
    case "manual":
      return unknown(`a person has to look: ${check.ask}`);
    case "agent": {
      const answer = await ask(run, check, leftMs);
      if (answer === null) return unknown("nothing was there to answer it");
      answers.push(answer);
      return answer.outcome;
    }
    case "browser":
      return unknown("checks of the kind browser are not available yet");
  }
}

async function ask(run: RunContext, check: Check, leftMs: number): Promise<Answer | null> {
  const label = checkLabel(check);
  const question = run.order.questions.find((each) => each.label === label);
  logLine(run, `? ${label}`);
  return question ? askAgent(run, question, leftMs) : null;
}

async function runCommand(run: RunContext, check: BashCheck, leftMs: number): Promise<CheckOutcome> {
  const { doors, order, files, stop } = run;
  const allowedMs = check.timeoutMs ?? order.limits.checkMs;
  logLine(run, `$ ${check.run}`);
  const { exitCode, signal, ended, output } = await doors.shell.run({
    command: check.run,
    cwd: files.workspace,
    env: commandEnvironment(order, doors.env),
    timeoutMs: Math.min(allowedMs, leftMs),
    killGraceMs: order.limits.killGraceMs,
    stop: stop.signal,
    keepBytes: KEEP_BYTES,
    onLine: (line) => logLine(run, line),
  });
  await doors.endSurvivors(order.run);
  if (ended === "spawn-failed") return unknown(`bash can't be started: ${output}`);
  if (ended === "stopped") return unknown("the run was stopped");
  if (ended === "timeout" && leftMs < allowedMs) return unknown("the run's time was over");
  if (ended === "timeout")
    return { result: "failed", because: `not through after ${allowedMs / 1000} s`, exitCode: null, output };
  if (exitCode !== 0) {
    return {
      result: "failed",
      because: exitCode === null ? `ended by ${signal}` : `exit code ${exitCode}`,
      exitCode,
      output,
    };
  }
  const mismatch = check.expectOutput === null ? null : await compareOutput(run, check.expectOutput, output);
  return mismatch ?? { result: "passed", because: "exit code 0", exitCode, output };
}

/** The expected text as it stands, else as a regular expression. null when it is there. */
async function compareOutput(run: RunContext, expected: string, output: string): Promise<CheckOutcome | null> {
  if (output.includes(expected)) return null;
  const search = run.doors.openSearch(expected, MATCH_MS);
  if (!("invalid" in search)) {
    const found = await search.find(output);
    search.close();
    if (found === "found") return null;
    if (found === "timeout") return unknown("the expected output is a pattern that takes too long to match");
  }
  return { result: "failed", because: `the output does not match: ${expected}`, exitCode: 0, output };
}

function unknown(because: string): CheckOutcome {
  return { result: "inconclusive", because, exitCode: null, output: "" };
}
