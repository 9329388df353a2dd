import type { RefUpdate } from "../doors/git.ts";
import type { Applied, Land } from "../model/decision.ts";
import type { NewRecord } from "../model/record.ts";
import { featureBranch } from "../repo/branches.ts";
import { type BuiltChain, buildChain, type Candidate, type ChainLink, sortByPresence } from "../repo/candidate.ts";
import { moveBranch } from "../repo/move-branch.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, append, featureOf, noteAppend, pulseRecord, type Subject, subjectOf } from "./context.ts";
import { conflictVerdict, verdictWithoutRun } from "./verdicts.ts";

/** Lands a gated chain: home and the records move together, on exactly the tree that passed. */
export async function applyLand(context: ApplyContext, decision: Land): Promise<Applied> {
  const subject = subjectOf(context, decision.mission);
  const { here, missing } = await sortByPresence(context.doors.git, candidatesOf(subject, decision.features));
  const [absent] = missing;
  if (absent && (decision.verdict !== null || here.length === 0)) return describeAbsence(context, subject, absent);
  const chain = await chainOn(context, subject, here);
  const isOther = decision.verdict !== null && chain.codeTree !== decision.verdict.fact.codeTree;
  const isPart = decision.verdict !== null && chain.stopped !== null;
  if (isOther || isPart || chain.links.length === 0) return sendBack(context, subject, decision, chain);
  const records = chain.links.flatMap((link) => landingRecords(context, subject, decision, link));
  const outcome = await moveBranch(context.doors, context.ledger, {
    mission: decision.mission,
    expected: decision.tip,
    branch: subject.home.branch,
    from: subject.home.tip,
    to: chain.tip,
    records,
    refs: await reviewBranches(context, decision.mission, chain.links),
  });
  const names = chain.links.map(({ feature }) => `${decision.mission}/${feature.id}`).join(", ");
  if (outcome.kind === "obstacle") return { kind: "waits", reason: `${names} can't land yet: ${outcome.reason}` };
  if (outcome.kind === "branch-refused") return noteRefusal(context, subject, decision, outcome.reason);
  return noteAppend(context, decision.mission, outcome, `landed ${names} on ${subject.home.branch}`);
}

/** The work of a run, as it is brought to home. */
export function candidatesOf(subject: Subject, features: Land["features"]): readonly Candidate[] {
  return features.map(({ feature, head }) => {
    const document = featureOf(subject, feature);
    const ids = [document.id, ...(document.was ? [document.was] : [])];
    const runs = ids.flatMap((id) => subject.mission.ledger.byFeature.get(id)?.runs ?? []);
    const last = runs.findLast(({ claim, ended }) => claim.fact.runKind === "work" && ended !== null);
    return { feature: document, head, run: last?.run ?? null, base: last?.claim.fact.base ?? null };
  });
}

/**
 * Work that the ledger names and this clone can't get: whoever published the ledger left it behind. It is no conflict, and
 * nothing to send back.
 */
export function describeAbsence(
  { authority }: ApplyContext,
  { mission }: Subject,
  { feature, head, run }: Candidate,
): Applied {
  const host = run === null ? null : mission.ledger.runs.get(run)?.claim.fact.host;
  const next = run === null ? "" : `; push ${authority.inRef(run)} there from ${host ?? "where it was made"}`;
  const reason = `${mission.id}/${feature.id}: its work ${head.slice(0, 10)} is neither here nor on ${authority.remote ?? "any ref"}${next}`;
  return { kind: "failed", reason };
}

function chainOn(
  { doors, snapshot }: ApplyContext,
  { mission, home }: Subject,
  candidates: readonly Candidate[],
): Promise<BuiltChain> {
  const options = {
    mission: mission.id,
    home: home.tip,
    identity: programIdentity(snapshot.host),
    at: doors.clock.now(),
  };
  return buildChain(doors.git, candidates, options);
}

/**
 * Work that does not merge goes back. So does work whose tree passed and can't be made again, though home has the code that it
 * was built on: somebody rewrote home's history, and it meets another common past; else it would wait for ever.
 */
async function sendBack(
  context: ApplyContext,
  { home }: Subject,
  decision: Land,
  { stopped, codeTree }: BuiltChain,
): Promise<Applied> {
  const feature = stopped?.candidate.feature.id ?? decision.features.at(-1)?.feature;
  const head = decision.features.find((each) => each.feature === feature);
  if (head === undefined) return { kind: "failed", reason: "there is nothing to land" };
  const reason = stopped?.reason ?? "its history has changed";
  const why =
    decision.verdict === null ? reason : `the tree that passed can't be made again on ${home.branch}: ${reason}`;
  const record = pulseRecord(context, home.tip, conflictVerdict(home, head, codeTree), why);
  return append(context, decision, [record], { detail: `${decision.mission}/${head.feature}: ${why}` });
}

function landingRecords(
  context: ApplyContext,
  { home }: Subject,
  { verdict }: Land,
  { feature, head, run, commit, codeTree }: ChainLink,
): readonly NewRecord[] {
  const landed = pulseRecord(context, home.tip, {
    kind: "landed",
    feature: feature.id,
    run,
    spec: feature.spec,
    commit,
    codeTree,
  });
  if (verdict !== null) return [landed];
  const about = { kind: "features" as const, features: [{ feature: feature.id, head }] };
  const unchecked = verdictWithoutRun(home, { of: "gate", about, codeTree, result: "unchecked" });
  return [pulseRecord(context, home.tip, unchecked), landed];
}

/** A branch that was made for looking at the work is over with the landing. */
async function reviewBranches(
  { doors, authority }: ApplyContext,
  mission: string,
  links: readonly ChainLink[],
): Promise<readonly RefUpdate[]> {
  const names = links.map(({ feature }) => featureBranch(mission, feature.id));
  const refs = await doors.git.listRefs(names.map((name) => authority.branchRef(name)));
  const worktrees = await doors.git.listWorktrees();
  const checkedOut = new Set(worktrees.flatMap(({ head, busyBranches }) => [head, ...busyBranches]));
  return names.flatMap((name) => {
    const old = refs.get(authority.branchRef(name));
    const isMine = links.some(({ head }) => head === old);
    return old !== undefined && isMine && !checkedOut.has(`refs/heads/${name}`)
      ? [{ name: `refs/heads/${name}`, new: null, old }]
      : [];
  });
}

async function noteRefusal(context: ApplyContext, { home }: Subject, decision: Land, reason: string): Promise<Applied> {
  // In one line, because a status shows the first.
  const words = reason.split(/\n(?:remote: *)?/).filter((line) => line.trim() !== "");
  const body = `${home.branch} refuses what the program pushes: ${words.join("; ")}`;
  const records = decision.features.map(({ feature }) =>
    pulseRecord(context, home.tip, { kind: "blocked", thing: feature, reason: "home-refused" }, body),
  );
  return append(context, decision, records, { detail: body });
}
