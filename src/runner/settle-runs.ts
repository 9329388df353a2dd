/**
 * The end of a run: its report, and all others that wait on this host, go to the ledger in one push. With a remote out of
 * reach it is tried for as long as a claim lives without a beat; then the report waits for the next process that holds
 * the host's lock.
 */

import { LIMITS } from "../model/limits.ts";
import { settleReports, type WaitingRun } from "../repo/settle.ts";
import type { RunContext } from "./run-doors.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const STEP_MS = 250;

/** Appends what waits. A stop ends the trying after one attempt. */
export async function settleRuns(run: RunContext): Promise<{ kind: "settled" } | { kind: "waiting"; reason: string }> {
  const { doors, order, stop } = run;
  const deadline = doors.clock.now() + order.ttlMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const waiting = await tryOnce(run, deadline);
    if (waiting === null) return { kind: "settled" };
    const mayChange = waiting.kind === "unreachable" || waiting.kind === "lost";
    if (!mayChange || stop.reason !== null || doors.clock.now() + pauseMs >= deadline) {
      return { kind: "waiting", reason: waiting.reason };
    }
    await pause(run, pauseMs);
  }
}

/** Why this run's report still waits; null when it is in the ledger, by our hand or another's. */
async function tryOnce(run: RunContext, deadline: number): Promise<WaitingRun | null> {
  const { doors, authority, order } = run;
  const { git, clock, random, state } = doors;
  const leftMs = Math.max(0, deadline - clock.now());
  const lock = await state.lock("host", leftMs);
  if (lock === null) return { run: order.run, kind: "lost", reason: "another process of this host holds its lock" };
  try {
    const runs = state.listRuns().filter(({ waiting }) => waiting > 0);
    const context = { git, authority, clock, random, state, host: order.host, redact: run.redactor.redact };
    // Between two tries others get the lock.
    const settled = await settleReports(
      context,
      runs.map((local) => local.run),
      Math.min(leftMs, LIMITS.networkMs),
    );
    return settled.waiting.find((waiting) => waiting.run === order.run) ?? null;
  } finally {
    lock.release();
  }
}

async function pause({ doors, stop }: RunContext, ms: number): Promise<void> {
  const until = doors.clock.now() + ms;
  while (doors.clock.now() < until && stop.reason === null) await doors.clock.sleep(Math.min(STEP_MS, ms));
}
