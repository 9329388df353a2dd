/** Counts rare things that a history shows. */

import type { LedgerRecord } from "../../../src/model/record.ts";
import { type History, ofKind } from "../check/history.ts";
import type { World } from "./world.ts";

export function countRarities({ counters, moves, typed }: World, { missions }: History): void {
  if (moves.some(({ ref, new: next }) => ref.startsWith("refs/mission/salvage/") && next !== null))
    counters.add("salvage not empty");
  if (typed.length > 0) counters.add("a person's edit took effect");
  for (const { records } of missions) {
    countClaims(counters, records);
    countGates(counters, records);
    countReviews(counters, records);
    const asked = ofKind(records, "asked");
    const answers = ofKind(records, "answered");
    if (answers.some(({ ask }) => asked[ask - 1]?.ask === "question")) counters.add("question asked and answered");
    if (ofKind(records, "landed").length > 0) counters.add("mission with a landing");
    if (ofKind(records, "completed").length > 0) counters.add("mission completed");
  }
}

type Adds = Pick<World["counters"], "add">;

function countClaims(counters: Adds, records: readonly LedgerRecord[]): void {
  const hosts = new Map(ofKind(records, "claim").map(({ run, host }) => [run, host]));
  const lost = new Set<string>();
  for (const { fact, by } of records) {
    if (fact.kind !== "run-ended") continue;
    if (lost.has(fact.run)) counters.add("late run-ended");
    if (fact.outcome !== "lost") continue;
    lost.add(fact.run);
    counters.add("run lost");
    if (by !== `pulse@${hosts.get(fact.run)}`) counters.add("claim stolen");
  }
}

function countReviews(counters: Adds, records: readonly LedgerRecord[]): void {
  const reviews = new Set(ofKind(records, "claim").flatMap(({ run, runKind }) => (runKind === "review" ? [run] : [])));
  for (const { run, outcome } of ofKind(records, "run-ended"))
    if (outcome === "lost" && reviews.has(run)) counters.add("review lost");
  for (const { of, result } of ofKind(records, "verdict")) {
    if (of !== "review") continue;
    if (result === "passed") counters.add("review passed");
    counters.add(
      result === "failed" ? "review sent work back" : "review without a verdict",
      result === "passed" ? 0 : 1,
    );
  }
}

function countGates(counters: Adds, records: readonly LedgerRecord[]): void {
  const judged = new Map<string, string>();
  let failed = 0;
  for (const { fact } of records) {
    if (fact.kind === "verdict" && fact.of === "gate" && fact.about.kind === "features") {
      const heads = fact.about.features.map(({ feature, head }) => `${feature} ${head}`).join();
      const before = judged.get(heads);
      if (before !== undefined && before !== fact.baseCodeTree) counters.add("home moved after the verdict");
      judged.set(heads, fact.baseCodeTree);
      if (fact.result === "failed") failed = fact.about.features.length;
    }
    if (fact.kind === "claim" && fact.runKind === "gate" && fact.about.kind === "features") {
      if (failed > 1 && fact.about.features.length < failed) counters.add("chain halved");
      failed = 0;
    }
  }
}
