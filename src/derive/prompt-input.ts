import { checkLabel, type FeatureDocument, type MissionDocument, type Role } from "../model/documents.ts";
import type { Entry, RunEntry } from "../model/ledger.ts";
import type { PromptFinding, PromptInput } from "../model/prompt.ts";
import type { Verdict } from "../model/record.ts";
import type { AskedCheck, PathPolicy } from "../model/run.ts";
import type { MissionSnapshot } from "../model/snapshot.ts";
import { gateChecks } from "./checks.ts";
import { lastControl } from "./control.ts";

/** What only the order and the attachments of records know. */
export interface PromptParts {
  run: string;
  attempt: number;
  role: Role | null;
  policy: PathPolicy;
  limits: PromptInput["limits"];
  secrets: PromptInput["secrets"];
  start: PromptInput["start"];
  earlier: PromptInput["earlier"];
  lastHandoff: NonNullable<PromptInput["last"]>["handoff"];
  specChange: string | null;
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
    policy: parts.policy,
    limits: parts.limits,
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
    findings: parts.judged ? lastReview(mission, feature) : deriveFindings(mission, feature, last),
    answers: deriveAnswers(mission, feature),
    comments: mission.ledger.comments
      .filter(({ fact }) => fact.feature === feature.id)
      .map(({ record }) => ({ by: record.by, text: record.body })),
    specChange: parts.specChange,
    start: parts.start,
    reverted: null,
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
    secrets: [],
    earlier: [],
    last: null,
    findings: [],
    answers: [],
    comments: [],
    specChange: null,
    start: "home",
    reverted: null,
    ask: check.method === "agent" ? check.ask : null,
    judged: null,
  };
}

/** The latest work run of a feature that is over. */
export function lastWorkRun({ ledger }: MissionSnapshot, feature: FeatureDocument): RunEntry | null {
  const runs = [feature.id, ...(feature.was ? [feature.was] : [])].flatMap(
    (id) => ledger.byFeature.get(id)?.runs ?? [],
  );
  return runs.findLast(({ claim, ended }) => claim.fact.runKind === "work" && ended !== null) ?? null;
}

/** What sent the last delivery back, and for a fix what the validation found. */
function deriveFindings(
  { ledger }: MissionSnapshot,
  feature: FeatureDocument,
  last: RunEntry | null,
): readonly PromptFinding[] {
  const since = last?.ended?.position ?? Number.MAX_SAFE_INTEGER;
  const verdicts = (ledger.byFeature.get(feature.id)?.verdicts ?? []).filter(
    ({ position, fact }) => position > since && (fact.result === "failed" || fact.result === "conflict"),
  );
  return verdicts.map(findingOf);
}

/** What the last review that sent the work back had found, for the one that looks again. */
function lastReview({ ledger }: MissionSnapshot, feature: FeatureDocument): readonly PromptFinding[] {
  const last = ledger.byFeature
    .get(feature.id)
    ?.verdicts.findLast(({ fact }) => fact.of === "review" && fact.result === "failed");
  return last ? [findingOf(last)] : [];
}

function findingOf({ fact, record }: Entry<Verdict>): PromptFinding {
  return { by: fact.of === "review" ? "review" : "gate", run: fact.run, text: record.body };
}

/** A person's decisions about the feature since the last retry, whatever they were bound to. */
function deriveAnswers({ id, ledger }: MissionSnapshot, feature: FeatureDocument): PromptInput["answers"] {
  const since = lastControl(ledger, [`${id}/${feature.id}`], "retry");
  return ledger.asks.flatMap(({ asked, answered }) => {
    if (!answered || asked.fact.about !== feature.id || answered.position < since) return [];
    const { ask } = asked.fact;
    if (ask !== "question" && ask !== "permission" && answered.fact.decision === "approved") return [];
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
