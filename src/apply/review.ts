import type { Applied, Review } from "../model/decision.ts";
import { LIMITS } from "../model/limits.ts";
import type { Claim } from "../model/record.ts";
import { type Order, featureOf as reviewedBy } from "../model/run.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { type ApplyContext, featureOf, subjectOf } from "./context.ts";
import { judgeChain } from "./judged-chain.ts";
import { countRuns, makeOrder, runName } from "./order.ts";
import { findPlayer, limitedBy, permissionsOf } from "./player.ts";
import { makeReviewPrompt } from "./review-prompt.ts";
import type { NewRun } from "./start-runs.ts";

/** Has a reviewer look at the tree that would land if it landed now. Work that does not merge any more is sent back at once. */
export async function prepareReview(context: ApplyContext, decision: Review): Promise<NewRun | Applied> {
  const { doors } = context;
  const { mission, tip, feature: id, head, reserve } = decision;
  const subject = subjectOf(context, mission);
  const judged = await judgeChain(context, subject, { mission, tip, features: [{ feature: id, head }] });
  if ("kind" in judged) return judged;
  const { role, ...player } = findPlayer(context, subject, decision);
  const attempt = countRuns(subject, "review", (about) => reviewedBy(about) === id) + 1;
  const nonce = doors.random.nonce(6);
  const run = runName(`review-${id}`, attempt, nonce);
  const order = makeOrder(context, subject, {
    run,
    runKind: "review",
    about: judged.about,
    attempt,
    spec: decision.spec,
    base: judged.base,
    start: judged.start,
    codeTree: await codeTreeOf(doors.git, judged.start),
    features: [{ feature: id, head }],
    nonce,
    branch: `mission/${mission}/${run}`,
    title: run,
    ...player,
    role: decision.role,
    permissions: permissionsOf(role, featureOf(subject, id)),
  });
  const limited = { ...order, limits: limitedBy(order.limits, reserve) };
  return {
    kind: "run",
    order: limited,
    prompt: await makeReviewPrompt(context, subject, featureOf(subject, id), { order: limited, role, head }),
    claim: claimOf(limited, reserve),
    detail: `started ${run} (${decision.because})`,
  };
}

function claimOf(order: Order, reserve: Review["reserve"]): Claim {
  const { run, runKind, about, attempt, spec, base, start, host, nonce } = order;
  return {
    kind: "claim",
    ...{ run, runKind, about, attempt, spec, base, host, nonce },
    head: start,
    reserveUsd: reserve.usd,
    reserveMinutes: reserve.minutes,
    reserveTokens: reserve.tokens,
    ttlMs: LIMITS.ttlMs,
  };
}
