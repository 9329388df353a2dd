/**
 * What a person lands on home is gated at once: that code was judged by nobody. Until its gate has passed, or a person has
 * accepted it as it is, no delivered work is judged on top of it: a failure would be blamed on the work. A home that people
 * move again and again does not hold work back for ever: delivered work waits for one such gate at most.
 */

import type { Entry } from "../model/ledger.ts";
import type { About, Verdict } from "../model/record.ts";
import type { HomeSnapshot, MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Condition, FeatureState, MissionStep, NewAsk } from "../model/state.ts";
import { deriveAsk, type Waiting, waitForPerson } from "./asks.ts";
import { mergeChecks } from "./checks.ts";
import { condition } from "./condition.ts";
import { firstLine } from "./ended-run.ts";
import { findMergeVerdict, isGating, mergeTrouble } from "./merge-gate.ts";
import type { PlanIndex } from "./plan-index.ts";

export interface HomeGate {
  step: MissionStep | null;
  /** Why work is not judged on this home yet. */
  condition: Condition;
  /** A person must mend home or accept it. */
  waits: Waiting | null;
}

export interface HomeGateOptions {
  snapshot: Snapshot;
  current: string | null;
  features: readonly FeatureState[];
}

/** null while home has code that was judged, or that nothing would check. */
export function deriveHomeGate(mission: MissionSnapshot, plan: PlanIndex, options: HomeGateOptions): HomeGate | null {
  const { home, ledger, files } = mission;
  if (!home || ledger.landed.length === 0 || files.mission?.mode !== "full") return null;
  const checks = mergeChecks(mission, plan, options.current);
  if (checks.length === 0 || isJudged(home, options.snapshot)) return null;
  const own = findMergeVerdict(mission, isHome, checks, { codeTree: home.codeTree });
  if (own) return failed(mission, home, firstLine(own.record.body));
  const trouble = mergeTrouble(mission, isHome, home.tip);
  if (trouble) return failed(mission, home, trouble.message);
  if (hasWaited(ledger.verdicts, options.features)) return null;
  const because = `${home.branch} has code that no gate has judged`;
  const step: MissionStep | null = isGating(mission, isHome) ? null : { kind: "gate-home", because, checks };
  return { step, condition: condition("home-unchecked", `${because}; it is gated first`), waits: null };
}

const isHome = (about: About) => about.kind === "home";

/** Landed by a mission on this home, or judged by a gate or validation of one: what did not pass there is dealt with there. */
function isJudged({ branch, codeTree }: HomeSnapshot, { missions }: Snapshot): boolean {
  const here = missions.filter(({ home }) => home?.branch === branch);
  return here.some(({ ledger: { landed, verdicts } }) => {
    if (landed.some(({ fact }) => fact.codeTree === codeTree && fact.run !== null)) return true;
    return verdicts.some(({ fact }) => fact.codeTree === codeTree && (!isHome(fact.about) || fact.result === "passed"));
  });
}

/** Home has been gated since the work that waits longest was delivered, and people have moved it again. */
function hasWaited(verdicts: readonly Entry<Verdict>[], features: readonly FeatureState[]): boolean {
  const delivered = features.flatMap(({ step }) => ("deliveredAt" in step ? [step.deliveredAt] : []));
  const oldest = Math.min(...delivered);
  return verdicts.some(({ fact, position }) => isHome(fact.about) && fact.result === "passed" && position > oldest);
}

/** null where a person has accepted exactly this code. */
function failed(mission: MissionSnapshot, { branch, tip, codeTree }: HomeSnapshot, why: string): HomeGate | null {
  const text = `${branch} at ${tip} has code that did not come from a mission, and it does not pass: ${why}. Mend it there, or approve it as it is.`;
  const ask: NewAsk = { ask: "home", about: null, risk: null, boundTo: codeTree, text };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return null;
  const told = { code: "home-failed", message: `${branch} does not pass its own gate: ${why}` };
  const mend = `mend ${branch}`;
  const waits = waitForPerson(mission, ask, state.kind === "denied" ? { ...told, next: mend } : told, state);
  const settled = state.kind === "denied" ? { ...waits, step: { kind: "none" as const } } : waits;
  return { step: settled.step.kind === "ask" ? settled.step : null, condition: settled.condition, waits: settled };
}
