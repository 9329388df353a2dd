/**
 * The validation of a milestone, and of the whole contract at the end. A passed verdict holds while it comes after the last
 * landing of each feature concerned and answers what is asked now; home moving on for other reasons does not void it.
 */

import { checkLabel } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry } from "../model/ledger.ts";
import { LIMITS } from "../model/limits.ts";
import type { AssertionResult, CheckResult, Verdict } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { MilestoneStep, NewAsk, NewFix } from "../model/state.ts";
import { askName, deriveAsk } from "./asks.ts";
import { covers } from "./checks.ts";
import { lastControl } from "./control.ts";

export type Validation =
  | { kind: "running"; run: string }
  | { kind: "due"; step: MilestoneStep }
  | { kind: "passed"; verdict: Entry<Verdict> }
  | { kind: "failed"; verdict: Entry<Verdict>; step: MilestoneStep }
  | { kind: "blocked"; code: string; message: string; evidence: readonly string[]; next: string; step: MilestoneStep }
  | { kind: "asking"; message: string; next: string | null; step: MilestoneStep };

export interface ValidationScope {
  mission: MissionSnapshot;
  /** Milestone id, or `final`. */
  about: string;
  asked: readonly AskedCheck[];
  /** Ids of the features whose landings make an older verdict stale. */
  features: ReadonlySet<string>;
  /** Milestones whose verdicts count as well if they answer everything asked. */
  also: readonly string[];
}

const NONE: MilestoneStep = { kind: "none" };

export function deriveValidation(scope: ValidationScope): Validation {
  const { mission, about, asked } = scope;
  const live = [...mission.ledger.runs.values()].find(
    ({ claim, ended }) => ended === null && claim.fact.runKind === "validate" && isAbout(claim.fact.about, about),
  );
  if (live) return { kind: "running", run: live.run };
  const since = lastControl(mission.ledger, [thingName(mission.id, about)], "retry");
  const verdicts = mission.ledger.verdicts.filter(({ fact }) => fact.of === "validate" && isAbout(fact.about, about));
  const present = lastPresent(scope, verdicts, since);
  if (!present) return { kind: "due", step: dueStep(scope) };
  switch (present.fact.result) {
    case "passed":
      return { kind: "passed", verdict: present };
    case "unchecked":
      return { kind: "passed", verdict: present };
    case "inconclusive":
    case "conflict":
      return inconclusive(scope, present);
    case "failed":
      return failed(
        scope,
        present,
        verdicts.filter(({ position, fact }) => position > since && fact.result === "failed"),
        asked,
      );
  }
}

function isAbout(about: Verdict["about"], milestone: string): boolean {
  return about.kind === "milestone" && about.milestone === milestone;
}

/** The latest verdict that still speaks of what home holds and of what is asked. */
function lastPresent(
  { mission, asked, features, also }: ValidationScope,
  verdicts: readonly Entry<Verdict>[],
  since: number,
): Entry<Verdict> | null {
  const landed = mission.ledger.landed.findLast(({ fact }) => features.has(fact.feature))?.position ?? -1;
  const stands = ({ position, fact }: Entry<Verdict>) =>
    position > landed && position > (fact.result === "failed" ? since : -1);
  const own = verdicts.findLast((verdict) => stands(verdict) && covers(verdict, asked));
  if (own) return own;
  const isOther = ({ fact }: Entry<Verdict>) =>
    fact.of === "validate" &&
    fact.result === "passed" &&
    fact.about.kind === "milestone" &&
    also.includes(fact.about.milestone);
  return (
    mission.ledger.verdicts.findLast((verdict) => isOther(verdict) && stands(verdict) && covers(verdict, asked)) ?? null
  );
}

function dueStep({ mission, about, asked }: ValidationScope): MilestoneStep {
  if (asked.length > 0)
    return { kind: "validate", milestone: about, checks: asked, because: "all its features are done" };
  const result = mission.files.mission?.mode === "poc" ? "unchecked" : "inconclusive";
  return { kind: "record", milestone: about, result, because: "nothing is asked of it" };
}

function inconclusive({ mission, about }: ValidationScope, verdict: Entry<Verdict>): Validation {
  const open = [...verdict.fact.checks, ...verdict.fact.assertions]
    .filter(({ result }) => result === "inconclusive")
    .map((part) => ("id" in part ? part.id : part.label));
  const message =
    open.length > 0 ? `could not be decided: ${[...new Set(open)].join("; ")}` : "there is nothing to check";
  const ask: NewAsk = {
    ask: "manual",
    about,
    risk: null,
    boundTo: verdict.fact.base,
    text: `The validation of ${thingName(mission.id, about)} ${message}\n\n${verdict.record.body.trim()}`,
  };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  if (state.kind === "denied") {
    const words = state.entry.answered?.record.body.trim() || "a person said no";
    return {
      kind: "blocked",
      code: "denied",
      message: words,
      evidence: [verdict.record.id],
      next: `mission add ${thingName(mission.id, about)} "..."`,
      step: NONE,
    };
  }
  const next = state.kind === "open" ? `mission approve ${askName(mission.id, state.entry)}` : null;
  return { kind: "asking", message, next, step: state.kind === "unasked" ? { kind: "ask", ask } : NONE };
}

function failed(
  scope: ValidationScope,
  verdict: Entry<Verdict>,
  rounds: readonly Entry<Verdict>[],
  asked: readonly AskedCheck[],
): Validation {
  const { mission, about } = scope;
  const fixes = deriveFixes(verdict, asked);
  const earlier = new Set(rounds.filter(({ position }) => position < verdict.position).flatMap(fingerprints));
  const again = fixes.find(({ fingerprint }) => earlier.has(fingerprint));
  const existing = new Set(mission.files.features.map(({ id }) => id));
  const missing = fixes.filter(({ id }) => !existing.has(id));
  const limit = mission.repository.config.limits.rounds;
  const reason = again
    ? { code: "loop", message: `the same failure in two rounds: ${again.fixes.join(", ")}` }
    : rounds.length >= Math.min(limit, LIMITS.rounds)
      ? { code: "rounds", message: `failed ${rounds.length} times` }
      : missing.length === 0
        ? { code: "failed", message: "failed, and its fixes are closed or cancelled" }
        : null;
  if (!reason) return { kind: "failed", verdict, step: { kind: "fix", milestone: about, verdict, fixes: missing } };
  const thing = thingName(mission.id, about);
  const ask: NewAsk = {
    ask: "override",
    about,
    risk: null,
    boundTo: verdict.fact.base,
    text: `The validation of ${thing} ${reason.message}\n\n${verdict.record.body.trim()}`,
  };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return { kind: "passed", verdict };
  return {
    kind: "blocked",
    ...reason,
    evidence: rounds.map(({ record }) => record.id),
    next: `mission show ${thing}, then mission retry ${thing} or mission approve ${thing} --override "why"`,
    step: state.kind === "unasked" ? { kind: "ask", ask } : NONE,
  };
}

function fingerprints({ fact }: Entry<Verdict>): readonly string[] {
  return [...fact.checks, ...fact.assertions].flatMap(({ fingerprint }) => fingerprint ?? []);
}

/** One fix for each distinct fingerprint; an assertion names it rather than the check that failed in it. */
function deriveFixes({ fact, record }: Entry<Verdict>, asked: readonly AskedCheck[]): readonly NewFix[] {
  const byFingerprint = new Map<string, string[]>();
  const parts: readonly (AssertionResult | CheckResult)[] = [...fact.assertions, ...fact.checks];
  for (const part of parts) {
    if (part.result !== "failed") continue;
    const name = "id" in part ? part.id : part.label;
    const print = part.fingerprint ?? name;
    const names = byFingerprint.get(print) ?? [];
    // A check that belongs to a failed assertion is named by it.
    if (
      !("id" in part) &&
      names.some((other) => asked.some(({ check, assertion }) => assertion === other && checkLabel(check) === name))
    )
      continue;
    byFingerprint.set(print, [...names, name]);
  }
  return [...byFingerprint].map(([fingerprint, names]) => {
    const first = names[0] ?? "validation";
    const checks = asked
      .filter(({ check, assertion }) => names.includes(assertion ?? checkLabel(check)))
      .map(({ check }) => check);
    return {
      id: fixId(first, fingerprint),
      title: `Fix ${first}`,
      fixes: names,
      fingerprint,
      evidence: record.body.trim(),
      checks: checks.filter(({ method }) => method === "bash" || method === "codebase"),
    };
  });
}

/** `fix-<assertion or check>-<4 hex>`, an id whatever the label holds. */
export function fixId(name: string, fingerprint: string): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  const hex = fingerprint
    .replace(/[^0-9a-f]/g, "")
    .slice(0, 4)
    .padEnd(4, "0");
  return ["fix", slug, hex].filter((part) => part !== "").join("-");
}
