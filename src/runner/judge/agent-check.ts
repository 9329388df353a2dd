/** Checks that an agent answers: one question, a fresh worker in the checkout, its verdict with evidence. */

import type { Usage } from "../../model/record.ts";
import type { Question } from "../../model/run.ts";
import { workerEnvironment } from "../environment.ts";
import type { RunContext } from "../run-doors.ts";
import type { Ending } from "../work/outcome.ts";
import { superviseWorker } from "../work/supervise.ts";
import type { WorkerNotes } from "../work/worker-notes.ts";
import type { CheckOutcome } from "./verdict.ts";
import { findHindrance, readWord, type Word } from "./word.ts";

export interface Answer {
  question: Question;
  outcome: CheckOutcome;
  usage: Usage;
  session: WorkerNotes["session"];
  /** Its provider did not let it answer; null when it could. */
  kept: Ending | null;
}

/** null where this version can't start its runtime. */
export async function askAgent(run: RunContext, question: Question, leftMs: number): Promise<Answer | null> {
  const driver = run.doors.drivers(question.runtime.kind);
  if (driver === null) return null;
  const asking = playedBy(run, question, leftMs);
  asking.files.writePrompt(question.prompt);
  const { env } = workerEnvironment(asking.order, asking.doors, asking.files);
  const supervised = await superviseWorker(asking, driver, env);
  const { end, session } = supervised;
  return {
    question,
    outcome: outcomeOf(readWord(asking, supervised), end.exitCode),
    usage: end.usage,
    session,
    kept: findHindrance(asking, supervised),
  };
}

/** The run as the worker of one question sees it. */
export function playedBy(run: RunContext, question: Question, leftMs = Number.POSITIVE_INFINITY): RunContext {
  const { runtime, model, tier, role, permissions, usd, tokens, minutes } = question;
  const limits = { ...run.order.limits, wallMs: Math.min(minutes * 60_000, leftMs), usd, tokens };
  return {
    ...run,
    order: { ...run.order, runtime, model, tier, role, permissions, limits },
    claim: { ...run.claim, reserveUsd: usd ?? 0, reserveTokens: tokens ?? 0 },
  };
}

/** A yes without anything to show for it is none. */
function outcomeOf({ result, why, evidence, denied }: Word, exitCode: number | null): CheckOutcome {
  if (result === "passed" && evidence === "") {
    return { result: "inconclusive", because: "it passed and showed no evidence", exitCode, output: "" };
  }
  return {
    result,
    because: why || `it ${result}`,
    exitCode,
    output: [evidence, denied].filter((text) => text !== "").join("\n\n"),
  };
}
