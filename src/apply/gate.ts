import type { Applied, Gate } from "../model/decision.ts";
import { checkLabel } from "../model/documents.ts";
import type { About, FeatureHead } from "../model/record.ts";
import type { AskedCheck } from "../model/run.ts";
import { buildChain, sortByPresence } from "../repo/candidate.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, append, pulseRecord, type Subject, subjectOf } from "./context.ts";
import { makeJudgingRun } from "./judging-run.ts";
import { candidatesOf, describeAbsence } from "./land.ts";
import { countRuns, runName } from "./order.ts";
import type { NewRun } from "./start-runs.ts";
import { conflictVerdict } from "./verdicts.ts";

interface Judged {
  about: About;
  /** Commit that the checks run on. */
  start: string;
  /** What the merge is made with: home, or the default branch. */
  base: string;
  name: string;
}

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

/** Work that does not merge with home needs no checks to be sent back. */
async function judgeChain(
  context: ApplyContext,
  subject: Subject,
  { mission, tip, features }: Gate,
): Promise<Judged | Applied> {
  const { doors, snapshot } = context;
  const { home } = subject;
  const options = { mission, home: home.tip, identity: programIdentity(snapshot.host), at: doors.clock.now() };
  const { here, missing } = await sortByPresence(doors.git, candidatesOf(subject, features));
  const [absent] = missing;
  if (absent && here.length === 0) return describeAbsence(context, subject, absent);
  const chain = await buildChain(doors.git, here, options);
  if (chain.stopped?.alone) {
    const head = { feature: chain.stopped.candidate.feature.id, head: chain.stopped.candidate.head };
    const record = pulseRecord(context, home.tip, conflictVerdict(home, head, home.codeTree), chain.stopped.reason);
    return append(context, { mission, tip }, [record], {
      detail: `${mission}/${head.feature}: ${chain.stopped.reason}`,
    });
  }
  const heads = chain.links.map(({ feature, head }) => ({ feature: feature.id, head }));
  const [first] = heads;
  if (!first) return { kind: "failed", reason: `${mission}: there is nothing to gate` };
  return {
    about: { kind: "features", features: heads },
    start: chain.tip,
    base: home.tip,
    name: heads.length === 1 ? `gate-${first.feature}` : "gate",
  };
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
