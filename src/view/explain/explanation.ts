/** Why a thing is what it is now: its present status with the reason and the next step, then every transition of its life. */

import { thingName } from "../../model/ids.ts";
import type { AskEntry } from "../../model/ledger.ts";
import type {
  Condition,
  Cost,
  FeatureStatus,
  MilestoneStatus,
  MissionState,
  MissionStatus,
} from "../../model/state.ts";
import { runCost, sumCosts } from "../cost-share.ts";
import { conditionJson } from "../status-json.ts";
import { isoText } from "../time.ts";
import { askNext, nextFor } from "../waiting.ts";
import type { CodeTrees } from "./landing.ts";
import { type Step, tellStep } from "./step.ts";
import { recordsOf, type Subject } from "./subject.ts";

export interface Explanation {
  /** As a person names it. */
  thing: string;
  kind: Subject["kind"];
  title: string;
  status: FeatureStatus | MilestoneStatus | MissionStatus | string;
  condition: Condition;
  /** The one command that would move it; null where nothing is needed. */
  next: string | null;
  /** What all its runs have cost; a gate of several features counts by its share. */
  cost: Cost;
  /** Each record of it, once, in the order of the ledger. */
  steps: readonly Step[];
}

export function explain(subject: Subject, codeTrees: CodeTrees): Explanation {
  const { mission } = subject;
  const present = presentOf(subject);
  const around = { thing: present.thing, codeTrees };
  const steps = recordsOf(subject).map((record) => tellStep(mission, record, around));
  return { kind: subject.kind, ...present, steps };
}

type Present = Omit<Explanation, "kind" | "steps">;

function presentOf(subject: Subject): Present {
  const { mission } = subject;
  switch (subject.kind) {
    case "mission":
      return {
        thing: mission.id,
        title: mission.title,
        ...conditionOf(mission, mission),
        cost: sumCosts([...mission.ledger.runs.values()].map(runCost)),
      };
    case "milestone": {
      const { id, document, features } = subject.milestone;
      const own = [...mission.ledger.runs.values()].filter(
        ({ claim: { fact } }) => "milestone" in fact.about && fact.about.milestone === id,
      );
      return {
        thing: thingName(mission.id, id),
        title: document.title,
        ...conditionOf(mission, subject.milestone),
        cost: sumCosts([...features.map(({ cost }) => cost), ...own.map(runCost)]),
      };
    }
    case "feature": {
      const { id, document, cost } = subject.feature;
      return {
        thing: thingName(mission.id, id),
        title: document.title,
        ...conditionOf(mission, subject.feature),
        cost,
      };
    }
    case "run":
      return presentRun(subject);
    case "ask":
      return presentAsk(mission, subject.ask);
  }
}

function conditionOf(mission: MissionState, { status, condition }: { status: string; condition: Condition }) {
  return { status, condition, next: nextFor(mission, condition) };
}

function presentRun({ run }: Extract<Subject, { kind: "run" }>): Present {
  const { claim, ended } = run;
  const evidence = [claim.record.id, ...(ended ? [ended.record.id] : [])];
  const message = ended ? "as its end was recorded first" : `claimed for ${claim.fact.host}, no end is recorded`;
  return {
    thing: run.run,
    title: claim.fact.runKind,
    status: ended?.fact.outcome ?? "running",
    condition: { code: ended?.fact.outcome ?? "running", message, evidence, until: null, next: null },
    next: ended ? null : `mission output ${run.run} -f`,
    cost: runCost(run),
  };
}

function presentAsk(mission: MissionState, ask: AskEntry): Present {
  const { asked, answered, number } = ask;
  const isOpen = mission.openAsks.some((open) => open.number === number);
  const status = answered ? answered.fact.decision : isOpen ? "open" : "closed";
  const about = thingName(mission.id, asked.fact.about === "final" ? null : asked.fact.about);
  const messages: Readonly<Record<string, string>> = {
    open: "nobody has answered",
    closed: "what it was bound to has changed, so it needs no answer",
  };
  const message = messages[status] ?? `by ${answered?.record.author.name}`;
  const evidence = [asked.record.id, ...(answered ? [answered.record.id] : [])];
  return {
    thing: `${mission.id}/q${number}`,
    title: `${asked.fact.ask} about ${about}`,
    status,
    condition: { code: status, message, evidence, until: null, next: null },
    next: isOpen ? askNext(mission, ask) : null,
    cost: sumCosts([]),
  };
}

/** `mission explain THING --json`, schema 1: the shape is in src/schema/explain.ts. */
export function explanationJson({ thing, kind, title, status, condition, next, cost, steps }: Explanation) {
  return {
    schema: 1,
    thing,
    kind,
    title,
    status,
    condition: conditionJson(condition),
    next,
    cost,
    steps: steps.map(({ at, isPerson, cost: usage, billing, ...step }) => ({
      ...step,
      at: isoText(at),
      person: isPerson,
      cost: usage && {
        usd: usage.costUsd,
        source: usage.costSource,
        minutes: usage.minutes,
        billing,
        tokens: { in: usage.tokensIn, out: usage.tokensOut, cached: usage.tokensCached },
      },
    })),
  };
}
