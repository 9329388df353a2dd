/**
 * A `review` run: a clean clone of the tree that would land, setup, a reviewer in it, one verdict. What it changes there goes
 * with the clone. Only a provider or a host that failed gives none: then somebody reviews again.
 */

import type { Outcome, Verdict } from "../../model/record.ts";
import type { Order, Report, WorkerEnd } from "../../model/run.ts";
import { workerEnvironment } from "../environment.ts";
import { endWithoutWorker, makeReport, type RunEnding } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { setUp } from "../setup.ts";
import { setupFailure } from "../setup-failure.ts";
import { type Supervised, superviseWorker } from "../work/supervise.ts";
import { noDriver } from "../work/work.ts";
import { findHindrance, readWord } from "./word.ts";

export async function review(run: RunContext): Promise<Report> {
  const { doors, order, files } = run;
  const setup = await setUp(run);
  if (setup.kind === "stopped") return makeReport(run, endWithoutWorker(run, "stopped", run.stop.reason ?? "stopped"));
  if (setup.kind === "failed") return makeReport(run, setupFailure(run, setup));
  const driver = doors.drivers(order.runtime?.kind ?? "");
  if (driver === null) return makeReport(run, noDriver(run));
  const { env } = workerEnvironment(order, doors, files);
  return conclude(run, await superviseWorker(run, driver, env));
}

function conclude(run: RunContext, supervised: Supervised): Report {
  const { order } = run;
  const { end, session, because } = supervised;
  const said: RunEnding = {
    ...endWithoutWorker(run, "delivered", ""),
    usage: end.usage,
    session,
  };
  if (end.reason === "stopped") return makeReport(run, { ...said, outcome: "stopped", body: because ?? "stopped" });
  const kept = findHindrance(run, supervised);
  if (kept !== null) {
    const { outcome, text, until, needs } = kept;
    return makeReport(run, { ...said, outcome, body: text, until, needs });
  }
  const { result, why, evidence, denied } = readWord(run, supervised);
  const ending = { ...said, outcome: outcomeOf(end), body: `${result}${why ? `: ${why}` : ""}` };
  const words = [why, evidence, denied].filter((text) => text !== "").join("\n\n");
  const body = words === "" && result !== "passed" ? "It gave no reason." : words;
  return makeReport(run, ending, [{ fact: verdictOf(order, result), body }]);
}

function outcomeOf({ reason }: WorkerEnd): Outcome {
  return reason === "timeout" || reason === "idle" || reason === "over-budget" ? reason : "delivered";
}

function verdictOf(order: Order, result: Verdict["result"]): Verdict {
  return {
    kind: "verdict",
    run: order.run,
    of: "review",
    about: order.about,
    codeTree: order.codeTree,
    base: order.base,
    baseCodeTree: order.baseCodeTree,
    result,
    byRuntime: order.runtime?.name ?? null,
    checks: [],
    assertions: [],
    override: null,
  };
}
