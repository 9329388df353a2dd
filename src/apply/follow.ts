import { printMessage } from "../format/trailers.ts";
import type { Applied, Follow } from "../model/decision.ts";
import { moveBranch } from "../repo/move-branch.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, noteAppend, pulseRecord, subjectOf } from "./context.ts";

/** Brings the default branch to a home branch by a merge commit with home as its first parent. */
export async function applyFollow(context: ApplyContext, { mission, tip, head, because }: Follow): Promise<Applied> {
  const { doors, snapshot } = context;
  const { home } = subjectOf(context, mission);
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
    records: [record],
  });
  if (outcome.kind === "obstacle") return { kind: "waits", reason: outcome.reason };
  if (outcome.kind === "branch-refused")
    return { kind: "failed", reason: `${home.branch} refuses what the program pushes: ${outcome.reason}` };
  return noteAppend(context, mission, outcome, `${home.branch} follows ${snapshot.defaultBranch.name}`);
}
