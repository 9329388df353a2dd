import type { AskEntry, Entry, FeatureRecords, Ledger, RunEntry } from "../model/ledger.ts";
import type {
  About,
  Answered,
  Claim,
  Fact,
  Landed,
  LedgerRecord,
  RunEnded,
  UnreadableRecord,
  Verdict,
} from "../model/record.ts";

/** Groups the records of one epoch, oldest first. Records that refer to nothing known stay in `records` and change nothing. */
export function foldLedger(
  tip: string | null,
  records: readonly LedgerRecord[],
  unreadable: readonly UnreadableRecord[] = [],
): Ledger {
  const entries = records.map((record, position) => ({ position, record, fact: record.fact }));
  const runs = foldRuns(ofKind(entries, "claim"), ofKind(entries, "run-ended"));
  const verdicts = ofKind(entries, "verdict");
  const landed = ofKind(entries, "landed");
  return {
    tip,
    records,
    unreadable,
    created: last(ofKind(entries, "created")),
    runs,
    byFeature: indexByFeature(runs, verdicts, landed),
    verdicts,
    landed,
    merged: ofKind(entries, "merged"),
    asks: foldAsks(entries),
    comments: ofKind(entries, "comment"),
    controls: ofKind(entries, "control"),
    blocked: ofKind(entries, "blocked"),
    amended: ofKind(entries, "amended"),
    completed: last(ofKind(entries, "completed")),
  };
}

/** The ledger of a mission that has not begun. */
export function emptyLedger(): Ledger {
  return foldLedger(null, []);
}

function foldRuns(claims: readonly Entry<Claim>[], ends: readonly Entry<RunEnded>[]): ReadonlyMap<string, RunEntry> {
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

function indexByFeature(
  runs: ReadonlyMap<string, RunEntry>,
  verdicts: readonly Entry<Verdict>[],
  landed: readonly Entry<Landed>[],
): ReadonlyMap<string, FeatureRecords> {
  const index = new Map<string, { runs: RunEntry[]; verdicts: Entry<Verdict>[]; landed: Entry<Landed>[] }>();
  const of = (feature: string) => {
    const found = index.get(feature) ?? { runs: [], verdicts: [], landed: [] };
    index.set(feature, found);
    return found;
  };
  for (const run of runs.values()) for (const feature of featuresOf(run.claim.fact.about)) of(feature).runs.push(run);
  for (const verdict of verdicts) {
    const [feature, ...others] = featuresOf(verdict.fact.about);
    if (feature && others.length === 0) of(feature).verdicts.push(verdict);
  }
  for (const landing of landed) of(landing.fact.feature).landed.push(landing);
  return index;
}

function featuresOf(about: About): readonly string[] {
  if (about.kind === "feature") return [about.feature];
  return about.kind === "features" ? about.features.map(({ feature }) => feature) : [];
}

function foldAsks(entries: readonly Entry<Fact>[]): readonly AskEntry[] {
  const asks: AskEntry[] = ofKind(entries, "asked").map((asked, index) => ({
    number: index + 1,
    asked,
    answered: null,
  }));
  for (const answered of ofKind(entries, "answered") as readonly Entry<Answered>[]) {
    const ask = asks[answered.fact.ask - 1];
    if (ask && ask.asked.position < answered.position) ask.answered ??= answered;
  }
  return asks;
}

function ofKind<K extends Fact["kind"]>(
  entries: readonly Entry<Fact>[],
  kind: K,
): readonly Entry<Extract<Fact, { kind: K }>>[] {
  return entries.filter((entry): entry is Entry<Extract<Fact, { kind: K }>> => entry.fact.kind === kind);
}

function last<T>(list: readonly T[]): T | null {
  return list.at(-1) ?? null;
}
