/**
 * A planner at work: a folder and a private clone of its own, one agent after the other in it, shown to the person as it
 * works. All of it goes when the plan is made.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { removeFolder } from "../../../doors/remove-folder.ts";
import type { Claim } from "../../../model/record.ts";
import type { Order } from "../../../model/run.ts";
import type { Authority } from "../../../repo/authority.ts";
import { makeRedactor } from "../../../repo/redact.ts";
import { makeWorkspace } from "../../../repo/workspace.ts";
import { workerEnvironment } from "../../../runner/environment.ts";
import type { RunContext } from "../../../runner/run-doors.ts";
import { makeStopSwitch } from "../../../runner/watch/stop-switch.ts";
import { type Supervised, superviseWorker } from "../../../runner/work/supervise.ts";
import { openOutputView } from "../../../view/output.ts";
import type { Context } from "../../command.ts";
import { CommandError } from "../../command-error.ts";
import { pageOf } from "../../read/look.ts";
import { openOutput } from "../../read/output-tail.ts";
import { onInterrupt } from "../../run/interrupt.ts";
import { openRunnerDoors } from "../../run/runner-doors.ts";
import { clearLeftPlanning, OWNER_FILE, planningFolder } from "./planning-folder.ts";

const TICK_MS = 300;

export interface PlannerRun {
  /** Starts the agent and answers what came of it; `earlier`: what came of it before, to go on with. */
  start(prompts: Prompts, earlier: readonly Supervised[]): Promise<Supervised>;
  /** What it wrote down, at most so many bytes of it. */
  readHandoff(maxBytes: number): string;
  end(): Promise<void>;
}

export interface Prompts {
  whole: string;
  /** For a conversation that goes on: what is new. */
  resume: string;
}

export async function openPlannerRun(context: Context, authority: Authority, order: Order): Promise<PlannerRun> {
  const { state, git, processes } = context.doors;
  const doors = await openRunnerDoors({ env: context.env, git, state, processes, identity: order.identity });
  await clearLeftPlanning(doors);
  const folder = join(planningFolder(state), order.run);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(order.owner));
  const files = doors.openRunFiles(folder, { logBytes: order.limits.outputBytes });
  const show = openShow(context, folder);
  const { secrets } = workerEnvironment(order, doors, files);
  const workspace = makeWorkspace({ git, workspaces: doors.workspaces, runFiles: files }, order);
  const run = {
    ...{ doors, authority, order, files, workspace },
    claim: claimOf(order),
    stop: makeStopSwitch(),
    redactor: makeRedactor(secrets.map(({ value }) => value)),
    secrets,
    startedAt: doors.clock.now(),
  };
  const end = async () => {
    await doors.endSurvivors(order.run);
    files.close();
    show.close();
    await doors.workspaces.forget(files.workspace);
    await removeFolder(folder);
  };
  try {
    await workspace;
  } catch (error) {
    await end();
    throw error;
  }
  return {
    start: (prompts, earlier) => startAgent({ ...run, order: goOn(order, earlier) }, prompts, show),
    readHandoff: (maxBytes) => files.readHandoff(maxBytes) ?? "",
    end,
  };
}

function goOn(order: Order, earlier: readonly Supervised[]): Order {
  const sum = (name: "input" | "output" | "cached") =>
    earlier.reduce((total, { notes: { tally } }) => total + tally[name], 0);
  const sessionSpent = { input: sum("input"), output: sum("output"), cached: sum("cached") };
  // One limit over all rounds.
  const usd = order.limits.usd === null ? null : Math.max(0, order.limits.usd - spentOn(earlier));
  const limits = { ...order.limits, usd };
  return { ...order, session: earlier.at(-1)?.notes.session.id ?? null, sessionSpent, limits };
}

/** USD, as far as the agent or a price list said. */
export function spentOn(rounds: readonly Supervised[]): number {
  return rounds.reduce((sum, { notes: { tally } }) => sum + (tally.usd ?? 0), 0);
}

async function startAgent(run: RunContext, { whole, resume }: Prompts, show: Show): Promise<Supervised> {
  const { doors, order, files, stop } = run;
  const driver = doors.drivers(order.runtime?.kind ?? "");
  if (driver === null)
    throw new CommandError("no-planner", `this version can't start ${order.runtime?.name}`, "mission agents");
  files.writePrompt(whole);
  writeFileSync(files.resumeFile, resume, { mode: 0o600 });
  const interrupt = onInterrupt();
  let isOver = false;
  const ended = superviseWorker(run, driver, workerEnvironment(order, doors, files).env).finally(() => {
    isOver = true;
  });
  // Told where it is awaited; until then a failure must not end the process.
  ended.catch(() => {});
  try {
    while (!isOver) {
      if (interrupt.happened) stop.stop("it was interrupted");
      if (doors.state.stopped()) stop.stop("everything is stopped");
      show.more(false);
      await Promise.race([doors.clock.sleep(TICK_MS), ended]);
    }
    return await ended;
  } finally {
    show.more(true);
    interrupt.stop();
  }
}

interface Show {
  /** Shows what has come since the last call. */
  more(isLast: boolean): void;
  close(): void;
}

function openShow(context: Context, folder: string): Show {
  if (context.json) return { more: () => {}, close: () => {} };
  const output = openOutput(folder);
  const view = openOutputView(pageOf(context));
  return {
    more(isLast) {
      const lines = [...view.render(output.read(isLast)), ...(isLast ? view.finish() : [])];
      if (lines.length > 0) context.screen.write(`${lines.join("\n")}\n`);
    },
    close: output.close,
  };
}

function claimOf({ run, runKind, about, attempt, spec, base, host, nonce, limits, ttlMs }: Order): Claim {
  const reserves = { reserveUsd: limits.usd ?? 0, reserveMinutes: limits.wallMs / 60_000, reserveTokens: 0 };
  return { kind: "claim", run, runKind, about, attempt, spec, base, head: null, host, nonce, ...reserves, ttlMs };
}
