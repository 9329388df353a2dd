import { applyAll } from "./apply/apply.ts";
import { heal } from "./apply/heal.ts";
import { decide } from "./decide/decide.ts";
import { deriveResting } from "./derive/resting.ts";
import { deriveState } from "./derive/state.ts";
import type { Doors } from "./doors/doors.ts";
import type { Applied, Decision } from "./model/decision.ts";
import { LIMITS } from "./model/limits.ts";
import type { Snapshot } from "./model/snapshot.ts";
import type { State } from "./model/state.ts";
import { observe } from "./observe/observe.ts";
import { openLedgers } from "./observe/open-ledgers.ts";
import { rememberAnswer } from "./observe/remember-answer.ts";
import { recallResting, rememberResting } from "./observe/resting.ts";

export interface PulseOptions {
  /** Only say what would be done. */
  dryRun?: boolean;
  /** The state is wanted with the missions of which nothing is due; else those that have not changed are left out of it. */
  whole?: boolean;
  /** Most runs that this pulse may start. */
  maxDispatches?: number;
  onApplied?: (decision: Decision, applied: Applied) => void;
}

export interface PulseResult {
  /** null when nothing had changed and nothing was looked at. */
  state: State | null;
  decisions: readonly Decision[];
  applied: readonly { decision: Decision; applied: Applied }[];
  idle: boolean;
  /** What a crash had left among the program's own refs and was put right. */
  healed: readonly string[];
  /** Another process of this host was at work all the time: nothing was looked at. */
  busy: boolean;
}

const LOCK_WAIT_MS = 10_000;

/**
 * One pass of the loop: observe, derive, decide, apply; again while something came of it, a few times. It looks at what is,
 * never at what just happened, so a pulse may come at any time and any number may run at once.
 */
export async function pulse(doors: Doors, options: PulseOptions = {}): Promise<PulseResult> {
  if (options.dryRun) return look(doors, options);
  const lock = await doors.state.lock("host", LOCK_WAIT_MS);
  if (lock === null) return { state: null, decisions: [], applied: [], idle: true, healed: [], busy: true };
  try {
    return await runPasses(doors, options);
  } finally {
    lock.release();
  }
}

/** What is to be decided on. Planned missions rest: they are derived anew where something of them has changed. */
async function see(doors: Doors, { whole = false }: PulseOptions): Promise<{ snapshot: Snapshot; state: State }> {
  const snapshot = await observe(doors, { retry: true, ...(whole ? {} : { resting: recallResting(doors) }) });
  const state = deriveState(snapshot);
  if (!whole) rememberResting(doors, deriveResting(snapshot, state.missions));
  return { snapshot, state };
}

async function look(doors: Doors, options: PulseOptions): Promise<PulseResult> {
  const { state } = await see(doors, options);
  const decisions = decide(state);
  return { state, decisions, applied: [], idle: decisions.length === 0, healed: [], busy: false };
}

async function runPasses(doors: Doors, options: PulseOptions): Promise<PulseResult> {
  const { maxDispatches = Number.MAX_SAFE_INTEGER, onApplied } = options;
  const all: { decision: Decision; applied: Applied }[] = [];
  const decided: Decision[] = [];
  const healed = [...(await heal(doors))];
  for (let pass = 1; ; pass += 1) {
    const seen = doors.quickLook.lookAround();
    const { snapshot, state } = await see(doors, options);
    const started = all.filter(
      ({ decision, applied }) => decision.kind === "dispatch" && applied.kind === "done",
    ).length;
    const wanted = decide(state);
    const decisions = limitDispatches(wanted, maxDispatches - started);
    decided.push(...decisions);
    const before = all.length;
    const context = {
      doors,
      ...(await openLedgers(doors, snapshot)),
      snapshot,
      state,
      tips: new Map<string, string | null>(),
    };
    await applyAll(context, decisions, (decision, applied) => {
      all.push({ decision, applied });
      onApplied?.(decision, applied);
    });
    const outcomes = all.slice(before).map(({ applied }) => applied);
    const moved = outcomes.some(({ kind }) => kind === "done" || kind === "lost");
    // A swap that lost may have met a lock that nobody holds any more.
    if (outcomes.some(({ kind }) => kind === "lost" || kind === "failed")) healed.push(...(await heal(doors)));
    // What was left out for now is still to be done.
    if (!moved && decisions.length === wanted.length)
      await rememberAnswer({ doors, authority: context.authority, snapshot, state, seen, outcomes });
    if (!moved || pass === LIMITS.passes)
      return { state, decisions: decided, applied: all, idle: decided.length === 0, healed, busy: false };
  }
}

function limitDispatches(decisions: readonly Decision[], most: number): readonly Decision[] {
  let left = most;
  return decisions.filter(({ kind }) => kind !== "dispatch" || left-- > 0);
}
