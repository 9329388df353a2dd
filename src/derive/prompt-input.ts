import { checkLabel, type FeatureDocument, type MissionDocument, type Role } from "../model/documents.ts";
import type { PromptInput } from "../model/prompt.ts";
import type { AskedCheck, PathPolicy } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { gateChecks } from "./checks.ts";
import { deriveAnswers, deriveComments, deriveFindings, lastReviewFindings, lastWorkRun } from "./prompt-history.ts";

/** What only the order and the attachments of records know. */
export interface PromptParts {
  run: string;
  attempt: number;
  role: Role | null;
  setup: readonly string[];
  policy: PathPolicy;
  limits: PromptInput["limits"];
  secrets: PromptInput["secrets"];
  commits: boolean;
  isNarrow: boolean;
  isOffline: boolean;
  start: PromptInput["start"];
  conflicts: PromptInput["conflicts"];
  earlier: PromptInput["earlier"];
  lastHandoff: NonNullable<PromptInput["last"]>["handoff"];
  specChange: string | null;
  reverted: PromptInput["reverted"];
  rules: PromptInput["rules"];
  judged: PromptInput["judged"];
}

/** What the one who works on a feature is told, or the one who reviews it, from the files at home and the feature's history. */
export function derivePromptInput(
  mission: MissionSnapshot,
  document: MissionDocument,
  feature: FeatureDocument,
  parts: PromptParts,
): PromptInput {
  const milestone = mission.files.milestones.find(({ id }) => id === feature.milestone) ?? null;
  const last = lastWorkRun(mission, feature);
  const { role } = parts;
  return {
    run: parts.run,
    runKind: parts.judged ? "review" : "work",
    attempt: parts.attempt,
    mode: document.mode,
    role: role && { name: role.name, autonomy: role.autonomy, text: role.body },
    mission: { id: mission.id, title: document.title, text: document.body },
    milestone: milestone && { id: milestone.id, title: milestone.title, text: milestone.body },
    feature: { id: feature.id, title: feature.title, text: feature.body },
    assertions: mission.files.contract
      .filter(({ id }) => feature.fulfills.includes(id) || feature.fixes.includes(id))
      .map(({ id, title, text, checks }) => ({ id, title, text, checks: checks.map(checkLabel) })),
    checks: gateChecks(mission, [feature]).map(({ check }) => checkLabel(check)),
    setup: parts.setup,
    policy: parts.policy,
    limits: parts.limits,
    commits: parts.commits,
    isNarrow: parts.isNarrow,
    isOffline: parts.isOffline,
    secrets: parts.secrets,
    earlier: parts.earlier,
    last: last?.ended
      ? {
          run: last.run,
          outcome: last.ended.fact.outcome,
          evidence: last.ended.record.body,
          handoff: parts.lastHandoff,
        }
      : null,
    findings: parts.judged ? lastReviewFindings(mission, feature) : deriveFindings(mission, feature),
    answers: deriveAnswers(mission, feature),
    comments: deriveComments(mission, feature),
    specChange: parts.specChange,
    start: parts.start,
    conflicts: parts.conflicts,
    reverted: parts.reverted,
    ask: null,
    judged: parts.judged,
    rules: parts.rules,
  };
}

/** What an agent is told that answers one check, from the files at home: nothing of who made what it looks at. */
export function deriveQuestionInput(
  mission: MissionSnapshot,
  document: MissionDocument,
  { check, assertion }: AskedCheck,
  parts: Pick<PromptInput, "run" | "runKind" | "attempt" | "policy" | "limits" | "rules"> & {
    milestone: string | null;
    role: Role | null;
  },
): PromptInput {
  const { role, milestone: about, ...rest } = parts;
  const milestone = mission.files.milestones.find(({ id }) => id === about) ?? null;
  return {
    ...rest,
    mode: document.mode,
    role: role && { name: role.name, autonomy: role.autonomy, text: role.body },
    mission: { id: mission.id, title: document.title, text: document.body },
    milestone: milestone && { id: milestone.id, title: milestone.title, text: milestone.body },
    feature: null,
    assertions: mission.files.contract
      .filter(({ id }) => id === assertion)
      .map(({ id, title, text }) => ({ id, title, text, checks: [] })),
    checks: [],
    setup: [],
    commits: true,
    isNarrow: false,
    isOffline: false,
    secrets: [],
    earlier: [],
    last: null,
    findings: [],
    answers: [],
    comments: [],
    specChange: null,
    start: "home",
    conflicts: [],
    reverted: null,
    ask: check.method === "agent" ? check.ask : null,
    judged: null,
  };
}
