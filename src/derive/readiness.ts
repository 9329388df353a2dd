/** Whether a ready feature can start on this host now, and what it waits for if not. */

import { thingName } from "../model/ids.ts";
import { scopesOverlap } from "../model/scope.ts";
import type { MissionSnapshot, Snapshot } from "../model/snapshot.ts";
import type { Condition, FeatureState, FeatureStep, NewAsk } from "../model/state.ts";
import { askName, deriveAsk } from "./asks.ts";
import { deriveBudget, deriveReserve, type ReserveResult } from "./budget.ts";
import { condition } from "./condition.ts";
import { longestChains } from "./dependencies.ts";
import { deriveRuntime, findRole } from "./runtime.ts";

type Ready = FeatureState & { step: Extract<FeatureStep, { kind: "dispatch" }> };

export function deriveReadiness(
  mission: MissionSnapshot,
  snapshot: Snapshot,
  features: readonly FeatureState[],
  held: string | null,
): readonly FeatureState[] {
  if (!features.some(({ step }) => step.kind === "dispatch")) return features;
  const budget = deriveBudget(mission.ledger, mission.files.mission);
  const ranks = longestChains(mission.files.features);
  const live = features.filter((feature) => feature.live !== null);
  return features.map((feature) => {
    if (!isReady(feature)) return feature;
    if (held !== null) return waits(feature, condition("held", held));
    const runtime = deriveRuntime(snapshot, mission, feature.document);
    if (runtime.kind === "none")
      return waits(feature, condition(runtime.code, runtime.message, { until: runtime.until, next: runtime.next }));
    const role = findRole(mission, snapshot, feature.document.agent);
    const reserve = deriveReserve(mission, budget, feature.document, { role, free: runtime.runtime.cost === "none" });
    if (reserve.kind === "exhausted") return asksForBudget(mission, feature, reserve);
    const overlap = live.find((other) => scopesOverlap(other.document, feature.document));
    if (overlap)
      return waits(feature, condition("scope", `${overlap.id} works on the same paths`, { evidence: [overlap.id] }));
    const limit = mission.files.mission?.parallel ?? null;
    const full = limit !== null && live.length >= limit;
    const offer = {
      runtime: runtime.runtime.name,
      role: feature.document.agent,
      session: null,
      reserve: reserve.reserve,
      rank: ranks.get(feature.id) ?? 1,
    };
    return {
      ...feature,
      step: { ...feature.step, offer },
      condition: full ? condition("slot", `${live.length} of ${limit} places are taken`) : feature.condition,
    };
  });
}

function isReady(feature: FeatureState): feature is Ready {
  return feature.step.kind === "dispatch";
}

function waits(feature: Ready, why: Condition): FeatureState {
  return { ...feature, condition: why, step: { kind: "none" } };
}

function asksForBudget(
  mission: MissionSnapshot,
  feature: Ready,
  { of, part, limit }: Extract<ReserveResult, { kind: "exhausted" }>,
): FeatureState {
  const about = of === "feature" ? feature.id : null;
  const thing = thingName(mission.id, about);
  const name = part === "minutes" ? "hours" : part;
  const ask: NewAsk = {
    ask: "budget",
    about,
    risk: null,
    boundTo: `${name} ${limit}`,
    text: `The budget of ${thing} is used up: ${limit} ${part}. Raise it, or cancel what is left.`,
  };
  const state = deriveAsk(mission.ledger, ask);
  const why = condition("budget", `the budget of ${thing} is used up (${limit} ${part})`, {
    next: `mission budget ${thing} ${name}=...`,
    evidence: state.kind === "open" ? [askName(mission.id, state.entry)] : [],
  });
  return {
    ...feature,
    status: "needs_input",
    column: "review",
    condition: why,
    step: state.kind === "unasked" ? { kind: "ask", ask } : { kind: "none" },
  };
}
