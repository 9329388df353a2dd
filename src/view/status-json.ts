/** `mission status --json`, schema 1. What programs read: the shape in src/schema/ is the contract, this fills it. */

import type { Finding } from "../model/finding.ts";
import { thingName } from "../model/ids.ts";
import type { CostSource } from "../model/record.ts";
import type {
  BudgetState,
  Condition,
  Cost,
  FeatureState,
  MilestoneState,
  MissionState,
  State,
} from "../model/state.ts";
import { aboutNames } from "./log.ts";
import { progressOf } from "./mission-head.ts";
import { listLiveRuns, NOTHING_KNOWN } from "./runs.ts";
import { isoText } from "./time.ts";

export interface ConditionJson {
  code: string;
  message: string;
  evidence: readonly string[];
  until: string | null;
  next: string | null;
}

/** The whole state of all missions; `unsaved` are paths of mission edits that are not in effect. */
export function statusJson(state: State, unsaved: readonly string[], spending = NOTHING_KNOWN) {
  return {
    schema: 1,
    at: isoText(state.at),
    host: state.host,
    authority: state.authority,
    stopped: state.stopped,
    unsaved,
    missions: state.missions.map(missionJson),
    asks: state.missions.flatMap((mission) =>
      mission.openAsks.map(({ number, asked: { fact, record } }) => ({
        id: `${mission.id}/q${number}`,
        mission: mission.id,
        about: thingName(mission.id, fact.about === "final" ? null : fact.about),
        risk: fact.risk,
        text: record.body.trim(),
        since: isoText(record.at),
      })),
    ),
    runs: listLiveRuns(state).map(({ mission, run: { run, claim } }) => ({
      id: run,
      mission: mission.id,
      about: aboutNames(mission.id, claim.fact.about).join(" "),
      kind: claim.fact.runKind,
      host: claim.fact.host,
      runtime: spending.get(run)?.runtime ?? null,
      since: isoText(claim.record.at),
      cost: spending.get(run)?.usd ?? null,
    })),
    findings: state.findings.map(findingJson),
  };
}

export function conditionJson({ code, message, evidence, until, next }: Condition): ConditionJson {
  return { code, message, evidence, until: until === null ? null : isoText(until), next };
}

export function findingJson({ file, line, column, severity, code, message, expected }: Finding) {
  return { file, line, column, severity, code, message, expected };
}

function missionJson(mission: MissionState) {
  return {
    id: mission.id,
    title: mission.title,
    path: mission.path,
    home: mission.ledger.created?.fact.home ?? null,
    mode: mission.document?.mode ?? null,
    sign_off: mission.document?.signOff ?? null,
    status: mission.status,
    condition: conditionJson(mission.condition),
    unjudged: mission.unjudged ? conditionJson(mission.unjudged) : null,
    progress: progressOf(mission),
    budget: budgetJson(mission.budget),
    milestones: mission.milestones.map(milestoneJson),
  };
}

function milestoneJson({ id, document, status, condition, round, features }: MilestoneState) {
  return {
    id,
    dir: document.folder,
    title: document.title,
    status,
    condition: conditionJson(condition),
    round,
    features: features.map(featureJson),
  };
}

export function featureJson({ id, document, status, condition, attempt, round, run, head, cost }: FeatureState) {
  return {
    id,
    title: document.title,
    status,
    condition: conditionJson(condition),
    agent: document.agent,
    attempt,
    round,
    run,
    head,
    pull: null,
    cost: { usd: cost.usd, source: costSource(cost), subscription: cost.subscription },
    depends_on: document.dependsOn,
  };
}

export function budgetJson({ usd, hours, tokens }: BudgetState) {
  return {
    usd: {
      limit: usd.limit,
      reported: usd.reported,
      priced: usd.priced,
      assumed: usd.assumed,
      subscription: usd.subscription,
      reserved: usd.reserved,
    },
    hours: { limit: hours.limit, spent: hours.spent },
    tokens: { limit: tokens.limit, spent: tokens.spent },
  };
}

/** The least certain source that has a part in it. */
function costSource({ priced, assumed }: Cost): CostSource {
  return assumed > 0 ? "assumed" : priced > 0 ? "priced" : "reported";
}
