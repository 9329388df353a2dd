import type { Ask } from "../model/decision.ts";
import type { MissionState, NewAsk, State } from "../model/state.ts";
import { isActing, onMission } from "./mission-decision.ts";

/** Asks a person, once for each thing and binding. */
export function decideAsks({ missions }: State): readonly Ask[] {
  return missions.flatMap((mission) =>
    unique(newAsks(mission)).map((ask): Ask => ({ kind: "ask", ...onMission(mission, "a person is needed"), ask })),
  );
}

/** What concerns the mission as a whole is asked also while nothing starts: a deadline that has passed, a last merge. */
function newAsks(mission: MissionState): readonly NewAsk[] {
  const plan = isActing(mission)
    ? [
        ...mission.milestones.flatMap((milestone) => [...milestone.features.map(({ step }) => step), milestone.step]),
        mission.final,
      ]
    : [];
  return [...plan, ...mission.steps].flatMap((step) => (step.kind === "ask" ? [step.ask] : []));
}

/** Several features wait for the same budget: one ask. */
function unique(asks: readonly NewAsk[]): readonly NewAsk[] {
  const seen = new Set<string>();
  return asks.filter(({ ask, about, boundTo }) => {
    const key = `${ask} ${about ?? ""} ${boundTo}`;
    return !seen.has(key) && seen.add(key);
  });
}
