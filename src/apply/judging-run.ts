import { LIMITS } from "../model/limits.ts";
import type { Order } from "../model/run.ts";
import type { ApplyContext, Subject } from "./context.ts";
import { checkMinutes, makeOrder, type OrderParts } from "./order.ts";
import type { NewRun } from "./start-runs.ts";

const MINUTE_MS = 60_000;

export interface JudgingRun {
  parts: OrderParts & Pick<Order, "attempt" | "checks">;
  /** Commit that is judged, where that is not the base. */
  head: string | null;
  because: string;
}

/** A run that judges a commit by checks: it costs no money, and may take as long as its checks may. */
export function makeJudgingRun(context: ApplyContext, subject: Subject, { parts, head, because }: JudgingRun): NewRun {
  const order = makeOrder(context, subject, parts);
  const reserveMinutes = checkMinutes(parts.checks);
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
      reserveUsd: 0,
      reserveMinutes,
      reserveTokens: 0,
      ttlMs: LIMITS.ttlMs,
    },
    detail: `started ${order.run} (${because})`,
  };
}
