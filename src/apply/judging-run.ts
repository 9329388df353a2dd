import { LIMITS } from "../model/limits.ts";
import type { Order } from "../model/run.ts";
import type { Judge } from "../model/state.ts";
import type { ApplyContext, Subject } from "./context.ts";
import { checkMinutes, makeOrder, type OrderParts } from "./order.ts";
import { makeQuestions } from "./questions.ts";
import type { NewRun } from "./start-runs.ts";

const MINUTE_MS = 60_000;

export interface JudgingRun {
  parts: OrderParts & Pick<Order, "attempt" | "checks">;
  /** Commit that is judged, where that is not the base. */
  head: string | null;
  because: string;
  /** Who answers the checks that ask an agent. */
  judges: readonly Judge[];
}

/** A run that judges a commit by checks: it may take as long as they may, and costs what the agents among its judges do. */
export async function makeJudgingRun(
  context: ApplyContext,
  subject: Subject,
  { parts, head, because, judges }: JudgingRun,
): Promise<NewRun> {
  const bare = makeOrder(context, subject, parts);
  const order = { ...bare, questions: await makeQuestions(context, subject, bare, judges) };
  const reserveMinutes = checkMinutes(parts.checks) + sum(judges.map(({ reserve }) => reserve.minutes));
  return {
    kind: "run",
    order: { ...order, limits: { ...order.limits, wallMs: reserveMinutes * MINUTE_MS } },
    prompt: "",
    claim: {
      kind: "claim",
      run: order.run,
      runKind: order.runKind,
      about: order.about,
      attempt: order.attempt,
      spec: "",
      base: order.base,
      head,
      host: order.host,
      nonce: order.nonce,
      reserveUsd: sum(judges.map(({ reserve }) => reserve.usd)),
      reserveMinutes,
      reserveTokens: sum(judges.map(({ reserve }) => reserve.tokens)),
      ttlMs: LIMITS.ttlMs,
    },
    detail: `started ${order.run} (${because})`,
  };
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
