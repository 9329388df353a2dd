import type { FeatureDocument, MissionDocument } from "../model/documents.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Condition, FeatureStatus, FeatureStep, Reviewer } from "../model/state.ts";
import type { OpenDependency } from "./dependencies.ts";
import type { PlanIndex } from "./plan-index.ts";

/** What a feature's status depends on besides its own file and history. */
export interface FeatureSurroundings {
  mission: MissionSnapshot;
  plan: PlanIndex;
  document: MissionDocument;
  now: number;
  stopped: boolean;
  /** Id of the current milestone, null when all are passed. */
  current: string | null;
  /** null where nobody reviews delivered work. */
  reviewer: Reviewer | null;
  openDependency(feature: FeatureDocument): OpenDependency | null;
}

export interface Row {
  status: FeatureStatus;
  condition: Condition;
  step?: FeatureStep;
}

const NONE: readonly string[] = [];

export function condition(
  code: string,
  message: string,
  rest: Partial<Omit<Condition, "code" | "message">> = {},
): Condition {
  const { evidence = NONE, until = null, next = null, since } = rest;
  return { code, message, evidence, until, next, ...(since === undefined ? {} : { since }) };
}
