/** What can be explained, and which records are its own: each is told once. */

import { thingName } from "../../model/ids.ts";
import type { AskEntry, RunEntry } from "../../model/ledger.ts";
import type { About, Fact, LedgerRecord } from "../../model/record.ts";
import type { FeatureState, MilestoneState, MissionState } from "../../model/state.ts";

export type Subject =
  | { kind: "mission"; mission: MissionState }
  | { kind: "milestone"; mission: MissionState; milestone: MilestoneState }
  | { kind: "feature"; mission: MissionState; milestone: MilestoneState; feature: FeatureState }
  | { kind: "run"; mission: MissionState; run: RunEntry }
  | { kind: "ask"; mission: MissionState; ask: AskEntry };

/** The records of a subject in the order of the ledger. */
export function recordsOf(subject: Subject): readonly LedgerRecord[] {
  const { records } = subject.mission.ledger;
  const isOwn = ownBy(subject);
  return records.filter(({ fact }, position) => isOwn(fact, position));
}

type IsOwn = (fact: Fact, position: number) => boolean;

function ownBy(subject: Subject): IsOwn {
  const { mission } = subject;
  switch (subject.kind) {
    case "mission":
      return () => true;
    case "milestone": {
      const features = subject.milestone.features.map(({ id }) => id);
      const isOwn = ownByName(mission, [subject.milestone.id]);
      return (fact, position) => isOwn(fact, position) || (fact.kind === "landed" && features.includes(fact.feature));
    }
    case "feature": {
      const { id, was } = subject.feature.document;
      return ownByName(mission, was === null ? [id] : [id, was]);
    }
    case "run":
      return ownByRun(subject.run.run);
    case "ask":
      return ownByAsk(subject.ask);
  }
}

/** What is about a feature or a milestone by one of its names. */
function ownByName(mission: MissionState, names: readonly string[]): IsOwn {
  const isNamed = (name: string | null) => name !== null && names.includes(name);
  const runs = [...mission.ledger.runs.values()].filter(({ claim }) => thingsOf(claim.fact.about).some(isNamed));
  const ids = new Set(runs.map(({ run }) => run));
  const asks = new Set(
    mission.ledger.asks.filter(({ asked }) => isNamed(asked.fact.about)).map(({ number }) => number),
  );
  const targets = new Set(names.map((name) => thingName(mission.id, name)));
  return (fact) => {
    switch (fact.kind) {
      case "claim":
      case "verdict":
        return thingsOf(fact.about).some(isNamed);
      case "run-ended":
        return ids.has(fact.run);
      case "landed":
      case "comment":
        return isNamed(fact.feature);
      case "merged":
        return isNamed(fact.milestone);
      case "asked":
        return isNamed(fact.about);
      case "answered":
        return asks.has(fact.ask);
      case "control":
        return targets.has(fact.target) || ids.has(fact.target);
      case "blocked":
        return isNamed(fact.thing);
      case "amended":
        return namesIn(fact.because).some(isNamed);
      default:
        return false;
    }
  };
}

function ownByRun(run: string): IsOwn {
  return (fact) => ("run" in fact && fact.run === run) || (fact.kind === "control" && fact.target === run);
}

function ownByAsk({ number, asked }: AskEntry): IsOwn {
  return (fact, position) => position === asked.position || (fact.kind === "answered" && fact.ask === number);
}

/** Names of features and milestones that a run or verdict is about. */
function thingsOf(about: About): readonly string[] {
  switch (about.kind) {
    case "feature":
      return [about.feature];
    case "features":
      return about.features.map(({ feature }) => feature);
    case "milestone":
    case "sign":
      return [about.milestone];
    default:
      return [];
  }
}

/** The program adds fixes with the words `<why>: fix-a, fix-b`. */
function namesIn(because: string): readonly string[] {
  return because
    .slice(because.lastIndexOf(": ") + 1)
    .trim()
    .split(", ");
}
