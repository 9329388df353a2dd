/** What the ledger knows of a feature that the next one who works on it, or reviews it, has to know. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry, Ledger, RunEntry } from "../model/ledger.ts";
import type { PromptFinding, PromptInput } from "../model/prompt.ts";
import type { Landed, Outcome, Verdict } from "../model/record.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { wasAnswered } from "./ended-run.ts";
import { idsOf, lastRetry, recordsOf } from "./feature-records.ts";

/** Ends that say nothing about the work: what was tried before them is what the next worker has to know. */
const SAYS_NOTHING: readonly Outcome[] = ["quota", "provider", "lost", "stopped", "setup-failed"];

/** The latest work run of a feature that is over and says something about the work. */
export function lastWorkRun({ ledger }: MissionSnapshot, feature: FeatureDocument): RunEntry | null {
  return (
    workRuns(ledger, feature).findLast(({ ended }) => ended !== null && !SAYS_NOTHING.includes(ended.fact.outcome)) ??
    null
  );
}

/** The work run whose head that is. */
export function runOfHead({ ledger }: MissionSnapshot, feature: FeatureDocument, head: string): RunEntry | null {
  return workRuns(ledger, feature).findLast(({ ended }) => ended?.fact.head === head) ?? null;
}

/** The latest run that took part in a conversation. One that no model answered may not have been heard in it. */
export function lastInSession({ ledger }: MissionSnapshot, feature: FeatureDocument, session: string): RunEntry | null {
  const runs = workRuns(ledger, feature).filter(({ ended }) => ended?.fact.session === session);
  return runs.findLast(({ ended }) => ended && wasAnswered(ended.fact)) ?? runs.at(-1) ?? null;
}

/** The last landing of a feature that home does not have any more. */
export function lastTakenBack({ ledger }: MissionSnapshot, feature: FeatureDocument): Entry<Landed> | null {
  return feature.status === "done" ? null : (recordsOf(ledger, feature).landed.at(-1) ?? null);
}

function workRuns(ledger: Ledger, feature: FeatureDocument): readonly RunEntry[] {
  return recordsOf(ledger, feature).runs.filter(({ claim }) => claim.fact.runKind === "work");
}

/** What sent the last delivery back, however many runs have tried since to mend it. */
export function deriveFindings({ ledger }: MissionSnapshot, feature: FeatureDocument): readonly PromptFinding[] {
  const isDelivery = ({ ended }: RunEntry) =>
    ended?.fact.outcome === "delivered" || ended?.fact.outcome === "nothing-to-do";
  const since = workRuns(ledger, feature).findLast(isDelivery)?.ended?.position ?? Number.MAX_SAFE_INTEGER;
  return recordsOf(ledger, feature)
    .verdicts.filter(
      ({ position, fact }) => position > since && (fact.result === "failed" || fact.result === "conflict"),
    )
    .map(findingOf);
}

/** What the last review that sent the work back had found, for the one that looks again. */
export function lastReviewFindings({ ledger }: MissionSnapshot, feature: FeatureDocument): readonly PromptFinding[] {
  const last = recordsOf(ledger, feature).verdicts.findLast(
    ({ fact }) => fact.of === "review" && fact.result === "failed",
  );
  return last ? [findingOf(last)] : [];
}

function findingOf({ fact, record }: Entry<Verdict>): PromptFinding {
  return { by: fact.of === "review" ? "review" : "gate", run: fact.run, text: record.body };
}

/** After a position of the ledger: what a person answered, and since the last retry what a person denied, whatever it was bound to. */
export function deriveAnswers(
  { id, ledger }: MissionSnapshot,
  feature: FeatureDocument,
  after = -1,
): PromptInput["answers"] {
  const since = lastRetry(ledger, id, feature);
  return ledger.asks.flatMap(({ asked, answered }) => {
    const { ask, about } = asked.fact;
    if (!answered || answered.position < after || about === null || !idsOf(feature).includes(about)) return [];
    const isAnswer = ask === "question" || ask === "permission";
    if (!isAnswer && (answered.fact.decision === "approved" || answered.position < since)) return [];
    return [
      {
        question: asked.record.body,
        decision: answered.fact.decision,
        answer: answered.record.body,
        by: answered.record.by,
      },
    ];
  });
}

/** After a position of the ledger: the thread of the feature, with what persons said as they had it tried again. */
export function deriveComments(
  { id, ledger }: MissionSnapshot,
  feature: FeatureDocument,
  after = -1,
): PromptInput["comments"] {
  const targets = idsOf(feature).map((each) => thingName(id, each));
  const retries = targets.flatMap((target) => ledger.controlsByTarget.get(target) ?? []);
  return [
    ...ledger.comments.filter(({ fact }) => fact.feature !== null && idsOf(feature).includes(fact.feature)),
    ...retries.filter(({ fact, record }) => fact.action === "retry" && record.body.trim() !== ""),
  ]
    .filter(({ position }) => position > after)
    .sort((a, b) => a.position - b.position)
    .map(({ record }) => ({ by: record.by, text: record.body }));
}
