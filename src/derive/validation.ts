/**
 * The validation of a milestone, and of the whole contract at the end. A passed verdict holds while it comes after the last
 * landing of each feature concerned and answers what is asked now; home moving on for other reasons does not void it.
 */

import { thingName } from "../model/ids.ts";
import type { Entry, MilestoneRecords } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Condition, MilestoneStatus, MilestoneStep, NewAsk } from "../model/state.ts";
import { deriveAsk, waitForPerson } from "./asks.ts";
import { covers } from "./checks.ts";
import { condition } from "./condition.ts";
import { lastControl } from "./control.ts";
import { deriveFixes } from "./fixes.ts";
import { deriveTrouble } from "./judge-trouble.ts";

/** What keeps something from being passed. `isDue`: a validation would start now. */
export interface Judging {
  kind: "judging";
  status: Extract<MilestoneStatus, "validating" | "failed" | "needs_input" | "blocked">;
  condition: Condition;
  step: MilestoneStep;
  verdict: Entry<Verdict> | null;
  isDue: boolean;
}

export type Validation = Judging | { kind: "passed"; verdict: Entry<Verdict> };

export interface ValidationScope {
  mission: MissionSnapshot;
  /** Milestone id, or `final`. */
  about: string;
  asked: readonly AskedCheck[];
  /** Position of the last landing that makes an older verdict stale. */
  landedAt: number;
  /** A verdict on something else that answers all that is asked here, of the code that home has now. */
  also: Entry<Verdict> | null;
}

const NOTHING: MilestoneRecords = { runs: [], verdicts: [] };

export function deriveValidation(scope: ValidationScope): Validation {
  const { mission, about } = scope;
  const { runs, verdicts } = mission.ledger.byMilestone.get(about) ?? NOTHING;
  const live = runs.find(({ ended }) => ended === null);
  if (live) return judging("validating", condition("validating", "its checks run", { evidence: [live.run] }));
  const since = lastControl(mission.ledger, [nameOf(mission, about)], "retry");
  const present = lastPresent(scope, verdicts, since);
  if (!present) return due(scope, runs, since);
  switch (present.fact.result) {
    case "passed":
    case "unchecked":
      return { kind: "passed", verdict: present };
    case "inconclusive":
    case "conflict":
      return undecided(scope, present);
    case "failed":
      return failed(scope, present, countedRounds(verdicts, since, present));
  }
}

/** The latest verdict that still speaks of what home holds and of what is asked. A retry asks again what did not pass. */
function lastPresent(
  { asked, landedAt, also }: ValidationScope,
  verdicts: readonly Entry<Verdict>[],
  since: number,
): Entry<Verdict> | null {
  const own = verdicts.findLast((verdict) => verdict.position > landedAt && covers(verdict, asked));
  if (!own) return also;
  const isPassed = own.fact.result === "passed" || own.fact.result === "unchecked";
  return isPassed || own.position > since ? own : null;
}

/** Failures since the last retry and since it passed last, the present one included. */
function countedRounds(verdicts: readonly Entry<Verdict>[], since: number, present: Entry<Verdict>) {
  const passedAt = verdicts.findLast(({ fact }) => fact.result === "passed")?.position ?? -1;
  return verdicts.filter(({ position, fact }) => {
    return fact.result === "failed" && position > Math.max(since, passedAt) && position <= present.position;
  });
}

function due({ mission, about, asked }: ValidationScope, runs: MilestoneRecords["runs"], since: number): Judging {
  const trouble = deriveTrouble(runs, { what: "validation", base: mission.home?.tip ?? null, since });
  if (trouble) {
    const setup = trouble.code === "setup" ? `mission edit ${mission.id} (its setup)` : null;
    const next = setup ?? `mission retry ${nameOf(mission, about)}`;
    return judging("blocked", condition(trouble.code, trouble.message, { evidence: trouble.evidence, next }));
  }
  const waits = condition("validating", "waits for its validation");
  const because = asked.length > 0 ? "all its features are done" : "nothing is asked of it";
  const result = mission.files.mission?.mode === "poc" ? ("unchecked" as const) : ("inconclusive" as const);
  const step: MilestoneStep =
    asked.length > 0
      ? { kind: "validate", milestone: about, checks: asked, because }
      : { kind: "record", milestone: about, result, because };
  return { ...judging("validating", waits, step), isDue: true };
}

function undecided({ mission, about }: ValidationScope, verdict: Entry<Verdict>): Validation {
  const open = [...verdict.fact.checks, ...verdict.fact.assertions]
    .filter(({ result }) => result === "inconclusive")
    .map((part) => ("id" in part ? part.id : part.label));
  const message =
    open.length > 0 ? `could not be decided: ${[...new Set(open)].join("; ")}` : "there is nothing to check";
  const name = nameOf(mission, about);
  const text = `The validation of ${name}: ${message}\n\n${verdict.record.body.trim()}`.trim();
  const ask: NewAsk = { ask: "manual", about, risk: null, boundTo: verdict.fact.base, text };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  if (state.kind === "denied") return denied(mission, about, verdict, state.entry.answered?.record.body);
  const waits = waitForPerson(mission, ask, { code: "inconclusive", message, evidence: [verdict.record.id] }, state);
  return judging("needs_input", waits.condition, waits.step, verdict);
}

/** A person's no to what was validated: something must be added. */
export function denied(
  mission: MissionSnapshot,
  about: string,
  verdict: Entry<Verdict>,
  words: string | undefined,
): Judging {
  const milestone =
    about === "final" ? mission.files.milestones.findLast(({ status }) => status !== "cancelled")?.id : about;
  const next = `mission add ${thingName(mission.id, milestone ?? null)} "..."`;
  const message = words?.trim() || "a person said no";
  return judging("blocked", condition("denied", message, { evidence: [verdict.record.id], next }), undefined, verdict);
}

function failed(
  { mission, about, asked }: ValidationScope,
  verdict: Entry<Verdict>,
  rounds: readonly Entry<Verdict>[],
): Validation {
  const fixes = deriveFixes(verdict, asked);
  const existing = new Set(mission.files.features.map(({ id }) => id));
  const missing = fixes.filter(({ id }) => !existing.has(id));
  const earlier = new Set(rounds.slice(0, -1).flatMap(({ fact }) => fingerprints(fact)));
  const again = fixes.find(({ fingerprint }) => earlier.has(fingerprint));
  const limit = Math.min(mission.repository.config.limits.rounds, LIMITS.rounds);
  const reason = again
    ? { code: "loop", message: `the same failure in two rounds: ${again.fixes.join(", ")}` }
    : rounds.length >= limit
      ? { code: "rounds", message: `failed ${rounds.length} times` }
      : missing.length === 0
        ? { code: "failed", message: "failed, and its fixes are closed or cancelled" }
        : null;
  if (reason)
    return overridable(mission, about, verdict, { ...reason, evidence: rounds.map(({ record }) => record.id) });
  const step: MilestoneStep = { kind: "fix", milestone: about, verdict, fixes: missing };
  return judging("failed", condition("failed", "validation failed, fixes are made"), step, verdict);
}

/** Nothing more is tried: a person passes it with a reason, or has it tried again. */
function overridable(
  mission: MissionSnapshot,
  about: string,
  verdict: Entry<Verdict>,
  reason: { code: string; message: string; evidence: readonly string[] },
): Validation {
  const name = nameOf(mission, about);
  const text = `The validation of ${name}: ${reason.message}\n\n${verdict.record.body.trim()}`.trim();
  const ask: NewAsk = { ask: "override", about, risk: null, boundTo: verdict.fact.base, text };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  const next = `mission show ${name}, then mission retry ${name} or mission approve ${name} --override "why"`;
  const waits = waitForPerson(mission, ask, { ...reason, next }, state);
  // Denied or answered, it stays as it is: nobody is asked the same twice.
  const isOver = state.kind === "denied" || state.kind === "answered";
  return judging("blocked", waits.condition, isOver ? undefined : waits.step, verdict);
}

function fingerprints({ checks, assertions }: Verdict): readonly string[] {
  return [...checks, ...assertions].flatMap(({ fingerprint }) => fingerprint ?? []);
}

function judging(
  status: Judging["status"],
  told: Condition,
  step: MilestoneStep = { kind: "none" },
  verdict: Entry<Verdict> | null = null,
): Judging {
  return { kind: "judging", status, condition: told, step, verdict, isDue: false };
}

/** What a person types for it: the end of a mission is the mission. */
function nameOf({ id }: MissionSnapshot, about: string): string {
  return thingName(id, about === "final" ? null : about);
}
