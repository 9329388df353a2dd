/**
 * A planner at work: a folder and a private clone of its own, one agent after the other in it, shown to the person as it
 * works. All of it goes when the plan is made; of one that was killed the next planner clears away what is left.
 */

import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
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

const TICK_MS = 300;
const LEFT_OVER_MS = 24 * 60 * 60_000;
const PLAN_BYTES = 1024 * 1024;

export interface PlannerRun {
  /** Starts the agent with a prompt and answers what came of it; `earlier`: what came of it before, to go on with. */
  start(prompt: string, earlier: readonly Supervised[]): Promise<Supervised>;
  /** What it wrote down, else what it said last. */
  readPlan(supervised: Supervised): string;
  end(): Promise<void>;
}

export async function openPlannerRun(context: Context, authority: Authority, order: Order): Promise<PlannerRun> {
  const { state, git, processes } = context.doors;
  const doors = await openRunnerDoors({ env: context.env, git, state, processes, identity: order.identity });
  const all = join(state.path, "planning");
  clearOld(all, doors.clock.now());
  const folder = join(all, order.run);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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
    start: (prompt, earlier) => startAgent({ ...run, order: goOn(order, earlier) }, prompt, show),
    readPlan: ({ notes, end: { tail } }) => files.readHandoff(PLAN_BYTES)?.trim() || (notes.lastMessage ?? tail),
    end,
  };
}

function goOn(order: Order, earlier: readonly Supervised[]): Order {
  const sum = (name: "input" | "output" | "cached") =>
    earlier.reduce((total, { notes: { tally } }) => total + tally[name], 0);
  const sessionSpent = { input: sum("input"), output: sum("output"), cached: sum("cached") };
  return { ...order, session: earlier.at(-1)?.notes.session.id ?? null, sessionSpent };
}

async function startAgent(run: RunContext, prompt: string, show: Show): Promise<Supervised> {
  const { doors, order, files, stop } = run;
  const driver = doors.drivers(order.runtime?.kind ?? "");
  if (driver === null)
    throw new CommandError("no-planner", `this version can't start ${order.runtime?.name}`, "mission agents");
  files.writePrompt(prompt);
  const interrupt = onInterrupt();
  let isOver = false;
  const ended = superviseWorker(run, driver, workerEnvironment(order, doors, files).env).finally(() => {
    isOver = true;
  });
  // Told where it is awaited; until then a failure must not end the process.
  ended.catch(() => {});
  try {
    while (!isOver) {
      if (interrupt.happened) stop.stop("interrupted");
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

function clearOld(folder: string, now: number): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (now - statSync(path).mtimeMs > LEFT_OVER_MS) rmSync(path, { recursive: true, force: true });
  }
}
