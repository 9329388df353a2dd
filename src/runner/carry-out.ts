/**
 * Carries out one order from owning it to having its report in the ledger. A crash at any point leaves a folder whose owner
 * is provably dead, with the worker's commits and files in it: the next pulse of this host takes over from there.
 */

import type { Order, Owner, Report } from "../model/run.ts";
import type { Authority } from "../repo/authority.ts";
import { releaseHeld } from "../repo/import-work.ts";
import type { LedgerHistory } from "../repo/ledger.ts";
import { makeRedactor } from "../repo/redact.ts";
import { dropWorkspace, makeWorkspace } from "../repo/workspace.ts";
import { findClaim, readSinceClaim } from "./claim.ts";
import { workerEnvironment } from "./environment.ts";
import { judge } from "./judge/judge.ts";
import { review } from "./judge/review.ts";
import { endWithoutWorker, makeReport } from "./report.ts";
import { restoreFolder } from "./restore-folder.ts";
import type { RunContext, RunnerDoors } from "./run-doors.ts";
import { settleRuns } from "./settle-runs.ts";
import { type Patrol, type StartPatrol, startPatrol } from "./watch/patrol.ts";
import type { StopSwitch } from "./watch/stop-switch.ts";
import { stopJobs } from "./watch/stop-watch.ts";
import { doWork } from "./work/work.ts";

/** `waiting`: the report lies in the run's folder, whoever next holds the host's lock appends it. */
export type CarriedOut =
  | { kind: "refused"; reason: string }
  | { kind: "settled"; report: Report }
  | { kind: "waiting"; report: Report; reason: string };

export interface Engagement {
  authority: Authority;
  order: Order;
  stop: StopSwitch;
  /** Whether the claim is won, as whoever makes it tells. Nothing is begun on that word alone. */
  isClaimed(): Promise<boolean>;
}

/** Carries out an order of this host. Without an open claim it changes nothing. */
export async function carryOut(
  doors: RunnerDoors,
  { authority, order, stop, isClaimed }: Engagement,
): Promise<CarriedOut> {
  const files = doors.openRunFiles(doors.state.runFolder(order.run), { logBytes: order.limits.outputBytes });
  try {
    // First of all: from now on it is this process that must be dead before anybody takes over.
    const owned: Order = { ...order, owner: doors.processes.self() };
    if (!isSame(owned.owner, order.owner)) doors.state.setOwner(order.run, owned.owner);
    // The clone is the longest part of a start, so it is begun before the claim is made, and taken back if it is not won.
    const places = { git: doors.git, workspaces: doors.workspaces, runFiles: files };
    const workspace = makeWorkspace(places, owned);
    // Told where it is awaited; until then a failure must not end the process.
    workspace.catch(() => {});
    const refuse = async (reason: string): Promise<CarriedOut> => {
      await workspace.catch(() => {});
      await dropWorkspace(places, owned);
      return { kind: "refused", reason };
    };
    if (!(await isClaimed())) return await refuse("nobody says that its claim is won");
    await catchUp(doors.git, authority, authority.ledgerRef(order.mission));
    const history = await readSinceClaim(doors.git, authority.ledgerRef(order.mission), order);
    const state = findClaim(history, order);
    if (state.kind === "closed") return await refuse(state.reason);
    const startedAt = doors.clock.now();
    const played = [order, ...order.questions.map(({ runtime }) => ({ ...order, runtime }))];
    const secrets = played.flatMap((each) => workerEnvironment(each, doors, files).secrets);
    const redactor = makeRedactor(secrets.map(({ value }) => value));
    const { claim } = state;
    const run: RunContext = {
      doors,
      authority,
      order: owned,
      claim,
      files,
      workspace,
      stop,
      redactor,
      secrets,
      startedAt,
    };
    const report = await watched(run, history);
    await restoreFolder(run);
    doors.state.writeReport(order.run, report);
    const settled = await settleRuns(run);
    if (settled.kind === "waiting") return { ...settled, report };
    await releaseHeld(doors.git, order.run);
    if (order.runKind !== "work") {
      await doors.workspaces.remove(files.workspace);
      // No conversation of a judge goes on.
      await doors.workspaces.forget(files.workspace);
    }
    return { kind: "settled", report };
  } finally {
    files.close();
  }
}

function isSame(one: Owner, other: Owner): boolean {
  return (Object.keys(one) as (keyof Owner)[]).every((key) => one[key] === other[key]);
}

/** Who was asleep between claim and start may have been taken for dead: the mirror here does not know. */
async function catchUp(git: RunnerDoors["git"], authority: Authority, ref: string): Promise<void> {
  if (authority.remote === null) return;
  const values = await authority.read([ref]);
  if (values.kind === "read" && values.refs.get(ref) !== (await git.resolve(ref))) await authority.fetch([ref]);
}

async function watched(run: RunContext, history: LedgerHistory): Promise<Report> {
  const patrols: Patrol[] = [];
  const patrol: StartPatrol = (jobs) => {
    const started = startPatrol(run.doors.clock, jobs, (job, error) => noteFailure(run, job, error));
    patrols.push(started);
    return () => started.end();
  };
  patrol(stopJobs(run, history));
  try {
    return await carryOutKind(run, patrol);
  } finally {
    await Promise.all(patrols.map((each) => each.end()));
    // Also when we fail: nothing of a run outlives the process that looks after it.
    await run.doors.endSurvivors(run.order.run);
  }
}

async function carryOutKind(run: RunContext, patrol: StartPatrol): Promise<Report> {
  switch (run.order.runKind) {
    case "work":
      return doWork(run, patrol);
    case "gate":
    case "validate":
      return judge(run);
    case "review":
      return review(run);
    default:
      return makeReport(
        run,
        endWithoutWorker(run, "failed", `This version can't carry out a ${run.order.runKind} run.`),
      );
  }
}

/** One harvest or look that failed comes again; what matters fails again at the end. */
function noteFailure({ files, doors }: RunContext, job: string, error: unknown): void {
  const text = `${job} failed: ${error instanceof Error ? error.message : String(error)}`;
  files.appendEvent({ at: doors.clock.now(), kind: "note", text: text.slice(0, 1000) });
}
