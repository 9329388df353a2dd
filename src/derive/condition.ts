import type { FeatureDocument, MissionDocument } from "../model/documents.ts";
import type { Finding } from "../model/finding.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import type { Condition, FeatureStatus, FeatureStep } from "../model/state.ts";

/** What a feature's status depends on besides its own file and history. */
export interface FeatureSurroundings {
  mission: MissionSnapshot;
  document: MissionDocument;
  findings: readonly Finding[];
  now: number;
  stopped: boolean;
  missionCancelled: boolean;
  /** Id of the current milestone, null when all are passed. */
  current: string | null;
  /** Dependencies that are not done, with the reason; `never` when it can't come true without a person. */
  openDependency(feature: FeatureDocument): { text: string; never: boolean } | null;
  hasChecks(feature: FeatureDocument): boolean;
}

export interface Row {
  status: FeatureStatus;
  condition: Condition;
  step?: FeatureStep;
}

export function condition(
  code: string,
  message: string,
  rest: Partial<Omit<Condition, "code" | "message">> = {},
): Condition {
  return { code, message, evidence: rest.evidence ?? [], until: rest.until ?? null, next: rest.next ?? null };
}
