import type { Dispatch } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import type { Claim } from "../model/record.ts";
import type { Order } from "../model/run.ts";
import type { ApplyContext } from "./context.ts";
import type { NewRun } from "./start-runs.ts";
import { makeWorkOrder } from "./work-order.ts";

/** Gives a feature to a new run on this host. */
export async function prepareDispatch(context: ApplyContext, decision: Dispatch): Promise<NewRun> {
  const { order, prompt, resume } = await makeWorkOrder(context, decision, context.doors.random.nonce(6));
  return {
    kind: "run",
    order,
    prompt,
    resume,
    claim: claimOf(decision, order),
    detail: `started ${order.run} (${decision.because})`,
  };
}

function claimOf(decision: Dispatch, { run, nonce, base, start, host }: Order): Claim {
  return {
    kind: "claim",
    run,
    nonce,
    base,
    head: start,
    host,
    runKind: "work",
    about: { kind: "feature", feature: decision.feature },
    attempt: decision.attempt,
    spec: decision.spec,
    reserveUsd: decision.reserve.usd,
    reserveMinutes: decision.reserve.minutes,
    reserveTokens: decision.reserve.tokens,
    ttlMs: LIMITS.ttlMs,
  };
}
