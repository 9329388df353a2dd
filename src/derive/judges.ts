/** Checks that an agent answers: what plays their roles on this host, and what an answer may cost. */

import { checkRole, type FeatureDocument } from "../model/documents.ts";
import type { AskedCheck } from "../model/run.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { BudgetState, Condition, Offer, Unjudged } from "../model/state.ts";
import { deriveReserve, type ReserveQuestion } from "./budget.ts";
import { askForBudget } from "./budget-ask.ts";
import { condition } from "./condition.ts";
import { NO_COST } from "./cost.ts";
import { deriveDay } from "./day-spending.ts";
import { deriveReviewerRuntime, type HostRuntimes, listRoles, type RuntimeQuestion } from "./runtime.ts";

type Judges = ReadonlyMap<string, Offer | Unjudged>;

export const NOBODY: Judges = new Map();
/** An answer takes what a small feature may: it is one question. */
const QUESTION: Pick<FeatureDocument, "size" | "budget"> = {
  size: "S",
  budget: { usd: null, minutes: null, tokens: null },
};

export function deriveJudges(
  mission: MissionSnapshot,
  { snapshot, runtimes, budget }: { snapshot: Snapshot; runtimes: HostRuntimes; budget: BudgetState },
): Judges {
  const named = rolesOf(mission);
  if (named.size === 0) return NOBODY;
  const runtime: RuntimeQuestion = { snapshot, mission, runtimes, roles: listRoles(mission, snapshot) };
  const reserve: ReserveQuestion = { mission, budget, day: deriveDay(mission.ledger, snapshot.now), places: 1 };
  return new Map([...named].map((role) => [role, deriveJudge(role, runtime, reserve)]));
}

/** What keeps some of these checks from being asked here and now; null when nothing does. */
export function findUnjudged(judges: Judges, checks: readonly AskedCheck[]): Unjudged | null {
  if (judges.size === 0) return null;
  for (const { check } of checks) {
    const judge = judges.get(checkRole(check) ?? "");
    if (judge && "condition" in judge) return judge;
  }
  return null;
}

function rolesOf({ files, repository }: MissionSnapshot): ReadonlySet<string> {
  const { mission, milestones, features, contract } = files;
  const checks = [
    ...repository.config.verify,
    ...(mission ? [...mission.verify, ...(mission.verifyOnly ?? [])] : []),
    ...[...milestones, ...features].flatMap(({ verify }) => verify),
    ...contract.flatMap((assertion) => assertion.checks),
  ];
  return new Set(checks.flatMap((check) => checkRole(check) ?? []));
}

/** A contract that asks for an agent names it: any program may play it. */
function deriveJudge(role: string, question: RuntimeQuestion, reserving: ReserveQuestion): Offer | Unjudged {
  const { mission, roles } = question;
  const choice = deriveReviewerRuntime(question, { role, isNamed: true });
  if (choice.kind === "none") {
    return waits(condition(choice.code, choice.message, choice));
  }
  const { runtime, probe } = choice;
  const options = { role: roles.byName.get(role) ?? null, spent: NO_COST, free: runtime.cost === "none" };
  const result = deriveReserve(reserving, QUESTION, options);
  if (result.kind === "waits") return waits(condition("budget", result.message, { until: result.until }));
  if (result.kind === "exhausted") return { isPersons: true, ...askForBudget(mission, null, result) };
  const { reserve, roleUsd } = result;
  return { runtime: runtime.name, probe, role, session: null, reserve, roleUsd, rank: 0 };
}

function waits(why: Condition): Unjudged {
  return { isPersons: false, condition: why, step: { kind: "none" } };
}
