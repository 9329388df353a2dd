/** Whether a ready feature, or the review of a delivered one, can start on this host now, and what it waits for if not. */

import { isPlayed } from "../model/run.ts";
import { scopesOverlap } from "../model/scope.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type {
  BudgetState,
  Condition,
  FeatureState,
  FeatureStep,
  Offer,
  Reviewer,
  RuntimeChoice,
} from "../model/state.ts";
import { deriveReserve, type ReserveQuestion } from "./budget.ts";
import { askForBudget } from "./budget-ask.ts";
import { condition } from "./condition.ts";
import { deriveDay } from "./day-spending.ts";
import { longestChains } from "./dependencies.ts";
import { deriveKeptSession } from "./kept-session.ts";
import type { PlanIndex } from "./plan-index.ts";
import { deriveReviewerRuntime, deriveRuntime, type HostRuntimes, listRoles, type RuntimeQuestion } from "./runtime.ts";

type Ready = FeatureState & { step: Extract<FeatureStep, { kind: "dispatch" }> };
type Reviewable = FeatureState & { step: Extract<FeatureStep, { kind: "review" }> };

export interface ReadinessOptions {
  mission: MissionSnapshot;
  plan: PlanIndex;
  snapshot: Snapshot;
  runtimes: HostRuntimes;
  budget: BudgetState;
  /** Free places for work on this host. */
  slots: number;
  /** Why nothing new starts for the mission; null when it may. */
  held: string | null;
  reviewer: Reviewer | null;
}

/** What is the same for all features of the mission. */
interface Question {
  runtime: RuntimeQuestion;
  reserve: ReserveQuestion;
  live: readonly FeatureState[];
  full: Condition | null;
  ranks: ReadonlyMap<string, number>;
}

export function deriveReadiness(features: readonly FeatureState[], options: ReadinessOptions): readonly FeatureState[] {
  if (!features.some((each) => isReady(each) || isReviewable(each))) return features;
  const { held } = options;
  if (held !== null) {
    const why = condition("held", held);
    return features.map((each) => (isReady(each) || isReviewable(each) ? waits(each, why) : each));
  }
  const question = makeQuestion(features, options);
  return features.map((each) => {
    if (isReviewable(each)) return offerReview(each, question);
    return isReady(each) ? offer(each, question) : each;
  });
}

function makeQuestion(features: readonly FeatureState[], options: ReadinessOptions): Question {
  const { mission, plan, snapshot, runtimes, budget, slots, reviewer } = options;
  const live = features.filter((feature) => feature.live !== null);
  const parallel = mission.files.mission?.parallel ?? snapshot.repository.config.parallel;
  const taken = mission.ledger.live.filter(({ claim }) => isPlayed(claim.fact.runKind)).length;
  const places = parallel - taken;
  const day = deriveDay(mission.ledger, snapshot.now, { features: plan.features, reviewer });
  return {
    runtime: { snapshot, mission, runtimes, roles: listRoles(mission, snapshot) },
    reserve: { mission, budget, day, places },
    live,
    full: noPlace(mission.files.mission?.parallel ?? null, taken, slots),
    ranks: longestChains(mission.id, mission.files.features),
  };
}

function noPlace(limit: number | null, live: number, slots: number): Condition | null {
  if (limit !== null && live >= limit) return condition("slot", `${live} of ${limit} places are taken`);
  return slots <= 0 ? condition("slot", "all places of this host are taken") : null;
}

function offer(feature: Ready, question: Question): FeatureState {
  const { agent } = feature.document;
  const choice = deriveRuntime(question.runtime, feature.document);
  const made = makeOffer(feature, question, { choice, role: agent });
  if ("status" in made) return made;
  const overlap = question.live.find((other) => scopesOverlap(other.document, feature.document));
  if (overlap) {
    return waits(feature, condition("scope", `${overlap.id} works on the same paths`, { evidence: [overlap.id] }));
  }
  const { mission, snapshot } = question.runtime;
  const { run, document } = feature;
  const session = deriveKeptSession({ mission, snapshot, run, feature: document, runtime: made.runtime });
  const rank = question.ranks.get(feature.id) ?? 1;
  const complete = { ...made, session, rank };
  return { ...feature, step: { ...feature.step, offer: complete }, condition: question.full ?? feature.condition };
}

/** The feature pays its review. */
function offerReview(feature: Reviewable, question: Question): FeatureState {
  const { reviewer } = feature.step;
  const choice = deriveReviewerRuntime(question.runtime, reviewer);
  const made = makeOffer(feature, question, { choice, role: reviewer.role });
  if ("status" in made) return made;
  return { ...feature, step: { ...feature.step, offer: made }, condition: question.full ?? feature.condition };
}

/** What plays a role for a feature at which price, or the feature with what it waits for. */
function makeOffer(
  feature: Ready | Reviewable,
  { runtime: { mission, roles }, reserve: question }: Question,
  { choice, role }: { choice: RuntimeChoice; role: string },
): Offer | FeatureState {
  if (choice.kind === "none") {
    return waits(feature, condition(choice.code, choice.message, choice));
  }
  const { runtime, probe } = choice;
  const options = { role: roles.byName.get(role) ?? null, spent: feature.cost, free: runtime.cost === "none" };
  const result = deriveReserve(question, feature.document, options);
  if (result.kind === "exhausted")
    return { ...feature, status: "needs_input", column: "review", ...askForBudget(mission, feature.id, result) };
  if (result.kind === "waits") return waits(feature, condition("budget", result.message, { until: result.until }));
  const { reserve, roleUsd } = result;
  return { runtime: runtime.name, probe, role, session: null, reserve, roleUsd, rank: 0 };
}

function isReady(feature: FeatureState): feature is Ready {
  return feature.step.kind === "dispatch";
}

function isReviewable(feature: FeatureState): feature is Reviewable {
  return feature.step.kind === "review";
}

function waits(feature: Ready | Reviewable, why: Condition): FeatureState {
  return { ...feature, condition: why, step: { kind: "none" } };
}
