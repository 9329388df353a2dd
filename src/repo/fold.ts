import type { Approver } from "../model/documents.ts";
import type { AskEntry, Entry, FeatureRecords, Ledger, MilestoneRecords, RunEntry } from "../model/ledger.ts";
import type { About, Fact, LedgerRecord, UnreadableRecord } from "../model/record.ts";

/**
 * Groups the records of one epoch, oldest first, and indexes them by what they are about, so that deriving reads each once.
 * Records that refer to nothing known stay in `records` and change nothing.
 */
export function foldLedger(
  tip: string | null,
  records: readonly LedgerRecord[],
  {
    unreadable = [],
    approvers = [],
  }: { unreadable?: readonly UnreadableRecord[]; approvers?: readonly Approver[] } = {},
): Ledger {
  const entries = records.map((record, position) => ({ position, record, fact: record.fact }));
  const kinds = bindToApprovers(groupByKind(entries), approvers);
  const runs = foldRuns(kinds.claim, kinds["run-ended"]);
  const asks = foldAsks(kinds.asked, kinds.answered);
  return {
    tip,
    records,
    unreadable,
    created: kinds.created.at(-1) ?? null,
    runs,
    live: [...runs.values()].filter(({ ended }) => ended === null),
    byFeature: indexByFeature(runs, kinds),
    byMilestone: indexByMilestone(runs, kinds),
    verdicts: kinds.verdict,
    landed: kinds.landed,
    merged: kinds.merged,
    asks,
    asksByThing: Map.groupBy(asks, ({ asked }) => asked.fact.about),
    comments: kinds.comment,
    controls: kinds.control,
    controlsByTarget: Map.groupBy(kinds.control, ({ fact }) => fact.target),
    blocked: kinds.blocked,
    amended: kinds.amended,
    completed: kinds.completed.at(-1) ?? null,
  };
}

/** The ledger of a mission that has not begun. */
export function emptyLedger(): Ledger {
  return foldLedger(null, []);
}

type Kinds = { [K in Fact["kind"]]: Entry<Extract<Fact, { kind: K }>>[] };

function groupByKind(entries: readonly Entry<Fact>[]): Kinds {
  const kinds: { [K in Fact["kind"]]: Entry<Fact>[] } = {
    created: [],
    claim: [],
    "run-ended": [],
    verdict: [],
    merged: [],
    landed: [],
    asked: [],
    answered: [],
    comment: [],
    control: [],
    blocked: [],
    amended: [],
    completed: [],
  };
  for (const entry of entries) kinds[entry.fact.kind].push(entry);
  return kinds as Kinds;
}

function foldRuns(claims: Kinds["claim"], ends: Kinds["run-ended"]): ReadonlyMap<string, RunEntry> {
  const runs = new Map<string, RunEntry>();
  for (const claim of claims) {
    // The first claim of a run holds: run ids carry the nonce, so a second one is a forgery or a copy.
    if (!runs.has(claim.fact.run)) runs.set(claim.fact.run, { run: claim.fact.run, claim, ended: null, settled: null });
  }
  for (const end of ends) {
    const run = runs.get(end.fact.run);
    if (!run) continue;
    run.ended ??= end;
    run.settled = end;
  }
  return runs;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer Item)[] ? Item[] : T[K] };

function indexByFeature(runs: ReadonlyMap<string, RunEntry>, kinds: Kinds): ReadonlyMap<string, FeatureRecords> {
  const index = new Map<string, Mutable<FeatureRecords>>();
  const of = (feature: string) => {
    const found = index.get(feature) ?? { runs: [], verdicts: [], landed: [], blocked: [] };
    index.set(feature, found);
    return found;
  };
  for (const run of runs.values()) for (const feature of featuresOf(run.claim.fact.about)) of(feature).runs.push(run);
  for (const verdict of kinds.verdict) {
    const [feature, ...others] = featuresOf(verdict.fact.about);
    if (feature !== undefined && others.length === 0) of(feature).verdicts.push(verdict);
  }
  for (const landing of kinds.landed) of(landing.fact.feature).landed.push(landing);
  for (const refusal of kinds.blocked) if (refusal.fact.thing !== null) of(refusal.fact.thing).blocked.push(refusal);
  return index;
}

function featuresOf(about: About): readonly string[] {
  if (about.kind === "feature") return [about.feature];
  return about.kind === "features" ? [...new Set(about.features.map(({ feature }) => feature))] : [];
}

function indexByMilestone(runs: ReadonlyMap<string, RunEntry>, kinds: Kinds): ReadonlyMap<string, MilestoneRecords> {
  const index = new Map<string, Mutable<MilestoneRecords>>();
  const of = (milestone: string) => {
    const found = index.get(milestone) ?? { runs: [], verdicts: [] };
    index.set(milestone, found);
    return found;
  };
  for (const run of runs.values()) {
    const { about, runKind } = run.claim.fact;
    if (runKind === "validate" && about.kind === "milestone") of(about.milestone).runs.push(run);
  }
  for (const verdict of kinds.verdict) {
    const { about, of: judge } = verdict.fact;
    if (judge === "validate" && about.kind === "milestone") of(about.milestone).verdicts.push(verdict);
  }
  return index;
}

/** The first answer holds. A yes or no that was given to something else than what was asked is none. */
function foldAsks(asked: Kinds["asked"], answers: Kinds["answered"]): readonly AskEntry[] {
  const asks: AskEntry[] = asked.map((entry, index) => ({ number: index + 1, asked: entry, answered: null }));
  for (const answer of answers) {
    const ask = asks[answer.fact.ask - 1];
    if (!ask || ask.asked.position > answer.position) continue;
    if (answer.fact.decision !== "answer" && answer.fact.boundTo !== ask.asked.fact.boundTo) continue;
    ask.answered ??= answer;
  }
  return asks;
}

/**
 * What counts of what people said: where approvers are named, only their answers and overrides, whoever wrote others and by
 * whatever program. Who somebody is, git takes from the commit: signed commits make that more than a word.
 */
function bindToApprovers(kinds: Kinds, approvers: readonly Approver[]): Kinds {
  if (approvers.length === 0) return kinds;
  const emails = new Set(approvers.flatMap(({ email }) => email?.toLowerCase() ?? []));
  const isApprovers = ({ record }: Entry<Fact>) => emails.has(record.author.email.toLowerCase());
  return {
    ...kinds,
    answered: kinds.answered.filter(isApprovers),
    verdict: kinds.verdict.filter((verdict) => verdict.fact.override === null || isApprovers(verdict)),
  };
}
