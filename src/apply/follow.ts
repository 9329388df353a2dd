import { printMessage } from "../format/trailers.ts";
import type { Applied, Follow } from "../model/decision.ts";
import type { NewRecord } from "../model/record.ts";
import { codeTreeOf } from "../repo/code-tree.ts";
import { moveBranch } from "../repo/move-branch.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, noteAppend, pulseRecord, type Subject, subjectOf } from "./context.ts";
import { verdictWithoutRun } from "./verdicts.ts";

/** Brings the default branch to a home branch by a merge commit with home as its first parent. */
export async function applyFollow(context: ApplyContext, { mission, tip, head, because }: Follow): Promise<Applied> {
  const { doors, snapshot } = context;
  const followed = subjectOf(context, mission);
  const { home } = followed;
  const merged = await doors.git.mergeTree(home.tip, head);
  if (merged.kind !== "clean") return { kind: "lost", reason: "the branches conflict now" };
  const identity = programIdentity(snapshot.host);
  const subject = `Follow ${snapshot.defaultBranch.name}`;
  const message = printMessage({ subject, body: "", trailers: [["Mission", mission]] });
  const commit = await doors.git.writeCommit({
    tree: merged.tree,
    parents: [home.tip, head],
    message,
    author: identity,
    committer: identity,
    at: doors.clock.now(),
  });
  const record = pulseRecord(context, home.tip, { kind: "amended", commit, because: `${subject}: ${because}` });
  const outcome = await moveBranch(doors, context.ledger, {
    mission,
    expected: tip,
    branch: home.branch,
    from: home.tip,
    to: commit,
    records: [...(await uncheckedRecords(context, followed, { head, tree: merged.tree })), record],
  });
  if (outcome.kind === "obstacle") return { kind: "waits", reason: outcome.reason };
  if (outcome.kind === "branch-refused")
    return { kind: "failed", reason: `${home.branch} refuses what the program pushes: ${outcome.reason}` };
  return noteAppend(context, mission, outcome, `${home.branch} follows ${snapshot.defaultBranch.name}`);
}

/** Code that comes to home without a gate, because nothing is asked of it, is told as such. */
async function uncheckedRecords(
  context: ApplyContext,
  { mission, home }: Subject,
  { head, tree }: { head: string; tree: string },
): Promise<readonly NewRecord[]> {
  const codeTree = await codeTreeOf(context.doors.git, tree);
  const isJudged = mission.ledger.verdicts.some(({ fact }) => fact.of === "gate" && fact.codeTree === codeTree);
  if (codeTree === home.codeTree || isJudged) return [];
  const about = { kind: "follow" as const, head };
  return [
    pulseRecord(context, home.tip, verdictWithoutRun(home, { of: "gate", about, codeTree, result: "unchecked" })),
  ];
}
