/** A reviewer between a candidate's own gate and a person's word on it. Bound to spec and head: when home moves, it holds. */

import type { FeatureDocument } from "../model/documents.ts";
import { thingName } from "../model/ids.ts";
import type { Entry, FeatureRecords, RunEntry } from "../model/ledger.ts";
import type { Verdict } from "../model/record.ts";
import type { NewAsk } from "../model/state.ts";
import { deriveAsk, featureBinding, waitForPerson } from "./asks.ts";
import { condition, type FeatureSurroundings, type Row } from "./condition.ts";
import { firstLine } from "./ended-run.ts";
import type { Delivery, FeatureHistory } from "./feature-history.ts";
import { isOnHead, isReviewOf } from "./feature-records.ts";
import { deriveTrouble } from "./judge-trouble.ts";

interface Reviewed {
  feature: FeatureDocument;
  delivery: Delivery;
  history: FeatureHistory;
}

/** null where nobody reviews, and once a reviewer or a person has passed this very head. */
export function deriveReviewStatus(reviewed: Reviewed, around: FeatureSurroundings): Row | null {
  const { feature, delivery, history } = reviewed;
  const { reviewer } = around;
  if (reviewer === null) return null;
  const verdict = findReview(history.records, feature, delivery);
  if (verdict?.fact.result === "passed") return null;
  if (verdict) return undecidedRow(reviewed, verdict, around);
  const runs = history.records.runs.filter((run) => isOfThis(run, reviewed));
  const live = runs.find(({ ended }) => ended === null);
  if (live) return { status: "review", condition: condition("reviewing", "its review runs", { evidence: [live.run] }) };
  const { head, run } = delivery;
  return (
    troubleRow(runs, reviewed, around) ?? {
      status: "review",
      condition: condition("reviewing", "waits for its review"),
      step: { kind: "review", head, deliveredAt: run.ended.position, reviewer, offer: null },
    }
  );
}

function findReview(records: FeatureRecords, feature: FeatureDocument, { head, run }: Delivery): Entry<Verdict> | null {
  const isIt = (entry: Entry<Verdict>) => isReviewOf(entry, records, feature) && isOnHead(entry, head);
  return records.verdicts.findLast((entry) => entry.position > run.ended.position && isIt(entry)) ?? null;
}

function isOfThis({ claim: { fact } }: RunEntry, { feature, delivery: { head } }: Reviewed): boolean {
  if (fact.runKind !== "review" || fact.spec !== feature.spec) return false;
  return fact.about.kind === "features" && fact.about.features[0]?.head === head;
}

/** It could not be judged: a person passes it or sends it back. null once passed. */
function undecidedRow(
  { feature, delivery: { head } }: Reviewed,
  verdict: Entry<Verdict>,
  { mission }: FeatureSurroundings,
): Row | null {
  const text = `The review of ${thingName(mission.id, feature.id)} came to no verdict: ${verdict.record.body.trim()}`;
  const boundTo = featureBinding(feature.spec, head);
  const ask: NewAsk = { ask: "review", about: feature.id, risk: null, boundTo, text };
  const state = deriveAsk(mission.ledger, ask);
  if (state.kind === "approved") return null;
  const told = { code: "inconclusive", message: firstLine(text), evidence: [head, verdict.record.id] };
  return { status: "needs_input", ...waitForPerson(mission, ask, told, state) };
}

function troubleRow(
  runs: readonly RunEntry[],
  { feature, history }: Reviewed,
  { mission }: FeatureSurroundings,
): Row | null {
  const options = { what: "review", base: mission.home?.tip ?? null, since: history.since };
  const trouble = deriveTrouble(runs, options);
  if (!trouble) return null;
  const thing = thingName(mission.id, feature.id);
  const next =
    trouble.code === "setup"
      ? `mission edit ${mission.id} (its setup)`
      : `mission show ${thing}, then mission retry ${thing}`;
  return {
    status: "blocked",
    condition: condition(trouble.code, trouble.message, { evidence: trouble.evidence, next }),
  };
}
