import { GitError } from "../doors/git.ts";
import type { Applied, Decision } from "../model/decision.ts";
import { applyAsk } from "./ask.ts";
import { applyBegin } from "./begin.ts";
import type { ApplyContext } from "./context.ts";
import { applyDiscard } from "./discard.ts";
import { applyFollow } from "./follow.ts";
import { applyMerge } from "./merge.ts";
import { applySettle } from "./settle.ts";
import { type NewRun, startRuns } from "./start-runs.ts";
import { prepareValidate } from "./validate.ts";
import { applyWithdraw } from "./withdraw.ts";

type OnApplied = (decision: Decision, applied: Applied) => void;

interface Waiting {
  decision: Decision;
  run: NewRun;
}

/**
 * Carries out decisions in their order. The runs that begin are claimed together, one swap a mission, after everything
 * else. The first lost swap ends applying for its mission: it was decided on something that is no more. An authority that
 * gives no answer ends it for all: each further one would wait as long.
 */
export async function applyAll(
  context: ApplyContext,
  decisions: readonly Decision[],
  onApplied: OnApplied,
): Promise<void> {
  const lost = new Set<string>();
  // What a run that is taken over has cost was not known when others were decided: they are decided anew in the next pass.
  const recovered = new Set<string>();
  const waiting = new Map<string, Waiting[]>();
  let isSilent = false;
  const note = (decision: Decision, applied: Applied) => {
    isSilent ||= applied.kind === "unreachable";
    if (applied.kind === "lost" && "mission" in decision) lost.add(decision.mission);
    if (applied.kind === "done" && decision.kind === "recover") recovered.add(decision.mission);
    onApplied(decision, applied);
  };
  for (const decided of decisions) {
    if (isSilent) return;
    const decision = onPresentTip(context, decided);
    if ("mission" in decision && lost.has(decision.mission)) continue;
    const result = await apply(context, decision).catch(failedByGit);
    if (result.kind !== "run") note(decision, result);
    else waiting.set(result.order.mission, [...(waiting.get(result.order.mission) ?? []), { decision, run: result }]);
  }
  for (const [mission, runs] of waiting) {
    if (isSilent) return;
    if (lost.has(mission) || recovered.has(mission)) continue;
    const tip = context.tips.get(mission) ?? null;
    const started = startRuns(
      context,
      mission,
      tip,
      runs.map(({ run }) => run),
    );
    const outcomes = await started.catch((error) => runs.map(() => failedByGit(error)));
    for (const [index, { decision }] of runs.entries())
      note(decision, outcomes[index] ?? { kind: "failed", reason: "it was not started" });
  }
}

/** What git can't do for one mission keeps no other one waiting, now and at each pulse to come. */
function failedByGit(error: unknown): Applied {
  if (error instanceof GitError) return { kind: "failed", reason: error.message };
  throw error;
}

function onPresentTip({ tips }: ApplyContext, decision: Decision): Decision {
  if (!("tip" in decision)) return decision;
  if (!tips.has(decision.mission)) tips.set(decision.mission, decision.tip);
  return { ...decision, tip: tips.get(decision.mission) ?? null };
}

/**
 * One decision. Every kind is safe to apply twice; a new run is only prepared. What reads or writes mission files, and so
 * needs a parser, is loaded when it comes to that.
 */
async function apply(context: ApplyContext, decision: Decision): Promise<Applied | NewRun> {
  switch (decision.kind) {
    case "stop":
    case "withdraw":
      return applyWithdraw(context, decision);
    case "settle":
      return applySettle(context, decision);
    case "recover":
      return (await import("./recover.ts")).applyRecover(context, decision);
    case "discard":
      return applyDiscard(context, decision);
    case "begin":
      return applyBegin(context, decision);
    case "adopt":
      return (await import("./adopt.ts")).applyAdopt(context, decision);
    case "merge":
      return applyMerge(context, decision);
    case "follow":
      return applyFollow(context, decision);
    case "land":
      return (await import("./land.ts")).applyLand(context, decision);
    case "gate":
      return (await import("./gate.ts")).prepareGate(context, decision);
    case "record":
      return (await import("./record.ts")).applyRecord(context, decision);
    case "review":
      return (await import("./review.ts")).prepareReview(context, decision);
    case "validate":
      return prepareValidate(context, decision);
    case "fix":
      return (await import("./fix.ts")).applyFix(context, decision);
    case "complete":
      return (await import("./complete.ts")).applyComplete(context, decision);
    case "ask":
      return applyAsk(context, decision);
    case "clean":
      return (await import("./clean.ts")).applyClean(context, decision);
    case "dispatch":
      return (await import("./dispatch.ts")).prepareDispatch(context, decision);
  }
}
