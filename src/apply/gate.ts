import type { Applied, Gate } from "../model/decision.ts";
import { checkLabel } from "../model/documents.ts";
import type { About, FeatureHead } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, type Subject, subjectOf } from "./context.ts";
import { type Judged, judgeChain } from "./judged-chain.ts";
import { makeJudgingRun } from "./judging-run.ts";
import { countRuns, runName } from "./order.ts";
import type { NewRun } from "./start-runs.ts";

/** Starts a gate on the exact tree that would land or be merged. */
export async function prepareGate(context: ApplyContext, decision: Gate): Promise<NewRun | Applied> {
  const subject = subjectOf(context, decision.mission);
  const judged = await judge(context, subject, decision);
  if ("kind" in judged) return judged;
  const { doors } = context;
  const nonce = doors.random.nonce(6);
  const attempt = countRuns(subject, "gate", (about) => about.kind === judged.about.kind) + 1;
  const checks = checksOf(subject, decision, judged.about);
  const run = runName(judged.name, attempt, nonce);
  return makeJudgingRun(context, subject, {
    parts: {
      run,
      runKind: "gate",
      about: judged.about,
      attempt,
      base: judged.base,
      baseCodeTree: await codeTreeOf(doors.git, judged.base),
      start: judged.start,
      codeTree: await codeTreeOf(doors.git, judged.start),
      purpose: decision.purpose,
      features: judged.about.kind === "features" ? judged.about.features : [],
      nonce,
      branch: `mission/${decision.mission}/${run}`,
      title: run,
      checks,
    },
    head: judged.start,
    because: decision.because,
    judges: decision.judges ?? [],
  });
}

function judge(context: ApplyContext, subject: Subject, decision: Gate): Promise<Judged | Applied> {
  switch (decision.purpose) {
    case "features":
      return judgeChain(context, subject, decision);
    case "home":
      return judgeHome(subject, decision);
    default:
      return judgeMerge(context, subject, decision);
  }
}

async function judgeHome({ home }: Subject, { head }: Gate): Promise<Judged | Applied> {
  if (head !== home.tip) return { kind: "lost", reason: "home has moved" };
  return { about: { kind: "home", head }, start: head, base: head, name: "gate-home" };
}

/**
 * Without what nobody asks but the features that did not fit: their work is not in the tree, and the others are not to be
 * sent back for that.
 */
function checksOf({ mission, document }: Subject, { checks, features }: Gate, about: About): readonly AskedCheck[] {
  if (about.kind !== "features" || about.features.length === features.length) return checks;
  const isJudged = ({ feature }: FeatureHead) => about.features.some((other) => other.feature === feature);
  const leftOut = new Set(features.filter((head) => !isJudged(head)).map(({ feature }) => feature));
  const asked = mission.files.features.filter(({ id }) => !leftOut.has(id)).flatMap(({ verify }) => verify);
  const kept = [...asked, ...(document.verifyOnly ?? [...mission.repository.config.verify, ...document.verify])];
  const labels = new Set(kept.map(checkLabel));
  return checks.filter(({ check }) => labels.has(checkLabel(check)));
}

async function judgeMerge(
  { doors, snapshot }: ApplyContext,
  { home }: Subject,
  { purpose, head, milestone }: Gate,
): Promise<Judged | Applied> {
  const base = purpose === "follow" ? home.tip : snapshot.defaultBranch.tip;
  if (head === null || base === null) return { kind: "failed", reason: "there is no commit to merge with" };
  const merged = await doors.git.mergeTree(base, head);
  if (merged.kind !== "clean") return { kind: "lost", reason: "the branches have moved and conflict now" };
  const identity = programIdentity(snapshot.host);
  const start = await doors.git.writeCommit({
    tree: merged.tree,
    parents: [base, head],
    message: "Merge to be judged\n",
    author: identity,
    committer: identity,
    at: doors.clock.now(),
  });
  if (purpose === "follow") return { about: { kind: "follow", head }, start, base, name: "gate-follow" };
  return {
    about: { kind: "sign", milestone: milestone ?? "final", head },
    start,
    base,
    name: `gate-${milestone ?? "final"}`,
  };
}
