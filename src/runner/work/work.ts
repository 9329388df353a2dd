/** A `work` run: clone, setup, worker, delivery. Answers the report; nothing of the outcome is pushed here. */

import type { Given } from "../../model/given-variables.ts";
import { LIMITS } from "../../model/limits.ts";
import type { Fact } from "../../model/record.ts";
import type { Report } from "../../model/run.ts";
import { harvestWork } from "../../repo/import-work.ts";
import { excludeLeftovers } from "../../repo/workspace.ts";
import { workerEnvironment } from "../environment.ts";
import { endWithoutWorker, makeReport, type RunEnding } from "../report.ts";
import type { RunContext } from "../run-doors.ts";
import { setUp } from "../setup.ts";
import { printTail, setupFailure } from "../setup-failure.ts";
import type { Job, StartPatrol } from "../watch/patrol.ts";
import { type Delivered, deliverWork } from "./deliver.ts";
import { type Ending, judgeWork, leakText } from "./outcome.ts";
import type { Permits } from "./permissions.ts";
import { type Supervised, superviseWorker } from "./supervise.ts";

/** Carries the run out. `patrol` starts what is looked after while the worker works, and answers how to end it. */
export async function doWork(run: RunContext, patrol: StartPatrol): Promise<Report> {
  const environment = workerEnvironment(run.order, run.doors, run.files);
  const unready = await prepare(run, environment);
  if (unready !== null) return makeReport(run, unready);
  const driver = run.doors.drivers(run.order.runtime?.kind ?? "");
  if (driver === null) return makeReport(run, noDriver(run));
  const endPatrol = patrol([harvestJob(run)]);
  const supervised = await superviseWorker(run, driver, environment.env);
  await endPatrol();
  const delivered = await deliverWork(run, supervised.end);
  return conclude(run, supervised, delivered);
}

async function prepare(run: RunContext, { missing }: Given): Promise<RunEnding | null> {
  const { doors, order, files } = run;
  const workspaceDoors = { git: doors.git, workspaces: doors.workspaces, runFiles: files };
  if (missing.length > 0) return endWithoutWorker(run, "setup-failed", `Not set on this host: ${missing.join(", ")}`);
  const setup = await setUp(run);
  if (setup.kind === "stopped") return endWithoutWorker(run, "stopped", run.stop.reason ?? "stopped");
  if (setup.kind === "failed") return setupFailure(run, setup);
  if (setup.included.length > 0 || order.setup.length > 0) await excludeLeftovers(workspaceDoors, order);
  files.setPreparing(false);
  return null;
}

function harvestJob(run: RunContext): Job {
  const { doors, order, authority, files, secrets } = run;
  const workDoors = { git: doors.git, clock: doors.clock, authority, runFiles: files, secrets };
  return {
    name: "harvest",
    everyMs: order.limits.harvestMs,
    async run() {
      // What it held before it may have taken out again.
      files.setLeak(null);
      const { head, salvaged, leak } = await harvestWork(workDoors, order);
      if (leak !== null)
        files.appendEvent({ at: doors.clock.now(), kind: "note", text: `not pushed: ${leakText(leak)}` });
      files.appendEvent({ at: doors.clock.now(), kind: "harvest", head, salvage: salvaged });
    },
  };
}

function conclude(run: RunContext, supervised: Supervised, delivered: Delivered): Report {
  const { doors, order } = run;
  const { end, session, because, problem, permits } = supervised;
  const runtime = order.runtime?.name ?? "";
  const ending = judgeWork(
    { end, because, problem, runtime, now: doors.clock.now(), asked: permits.asked.map(({ text }) => text) },
    delivered,
  );
  const { outcome, until, needs, failure } = ending;
  // A head is what is worth keeping: without a change there is nothing but the start.
  const isKept = delivered.leak === null && (delivered.landable || delivered.changed);
  const head = isKept ? delivered.head : null;
  const report: RunEnding = {
    outcome,
    body: bodyOf(ending, delivered, permits),
    head,
    until,
    needs,
    usage: end.usage,
    session,
    failure,
    protectedPaths: delivered.protectedPaths,
    outsidePaths: delivered.outsidePaths,
  };
  return makeReport(
    run,
    report,
    outcome === "question" ? [question(run, head, ending.text || "It stopped to ask and gave no words.", permits)] : [],
  );
}

/**
 * Asked and ended are one append: a question without an end, or the other way round, can't be in the ledger. Where it was
 * denied what a person could allow, a yes allows exactly that for this spec.
 */
function question(
  { order }: RunContext,
  head: string | null,
  text: string,
  { asked }: Pick<Permits, "asked">,
): { fact: Fact; body: string } {
  const about = order.about.kind === "feature" ? order.about.feature : null;
  const boundTo = [order.spec, head ?? "-", ...asked.map(({ name }) => name)].join(" ");
  if (asked.length === 0)
    return { fact: { kind: "asked", ask: "question", about, risk: null, boundTo, expires: null }, body: text };
  const risk = asked.some((each) => each.risk === "red") ? "red" : "yellow";
  const list = asked.map((each) => `- ${each.text} (${each.because})`).join("\n");
  const body = `${text}\n\nIt needs consent for:\n${list}`;
  return { fact: { kind: "asked", ask: "permission", about, risk, boundTo, expires: null }, body };
}

function bodyOf(ending: Ending, delivered: Delivered, permits: Pick<Permits, "denied">): string {
  const gone = delivered.gone && ending.outcome !== "failed" ? ["Its workspace was gone at the end."] : [];
  const leak = delivered.leak !== null && ending.outcome !== "policy" ? [leakText(delivered.leak)] : [];
  const parts = [ending.text, ...leak, ...gone, ...delivered.problems, deniedText(permits), lastWords(ending)];
  return parts.filter((text) => text !== "").join("\n\n");
}

export function deniedText({ denied: { count, texts } }: Pick<Permits, "denied">): string {
  if (count === 0) return "";
  return `${count === 1 ? "1 request was" : `${count} requests were`} denied:\n${texts.map((text) => `- ${text}`).join("\n")}`;
}

/** The end of what a failed worker printed, indented so that nothing in it can be taken for more. The next one reads it. */
function lastWords({ outcome, text, failure }: Ending): string {
  if (outcome === "question") return "";
  const output = failure?.output.trim() ?? "";
  return output === "" || output === text.trim() ? "" : printTail(output);
}

export function noDriver(run: RunContext): RunEnding {
  const text = `This version can't start a runtime of the kind ${run.order.runtime?.kind ?? "none"}.`;
  return { ...endWithoutWorker(run, "provider", text), until: run.doors.clock.now() + LIMITS.providerPauseMs };
}
