import { printMessage } from "../format/trailers.ts";
import type { Applied } from "../model/decision.ts";
import type { Fact } from "../model/record.ts";
import { moveBranch } from "../repo/move-branch.ts";
import { programIdentity } from "../repo/program-identity.ts";
import { type ApplyContext, noteAppend, pulseRecord, type Subject } from "./context.ts";

export interface Amendment {
  subject: Subject;
  tip: string | null;
  /** Tree of the new commit. */
  tree: string;
  title: string;
  /** The record that tells of the commit. */
  fact(commit: string): Fact;
  body: string;
  detail: string;
}

/** Commits files that the program adds or closes on home, with the record that says so. */
export async function amendHome(
  context: ApplyContext,
  { subject, tip, tree, title, fact, body, detail }: Amendment,
): Promise<Applied> {
  const { doors, snapshot } = context;
  const { mission, home } = subject;
  const identity = programIdentity(snapshot.host);
  const message = printMessage({ subject: title, body: "", trailers: [["Mission", mission.id]] });
  const commit = await doors.git.writeCommit({
    tree,
    parents: [home.tip],
    message,
    author: identity,
    committer: identity,
    at: doors.clock.now(),
  });
  const record = pulseRecord(context, home.tip, fact(commit), body);
  const outcome = await moveBranch(doors, context.ledger, {
    mission: mission.id,
    expected: tip,
    branch: home.branch,
    from: home.tip,
    to: commit,
    records: [record],
  });
  if (outcome.kind === "obstacle") return { kind: "waits", reason: outcome.reason };
  if (outcome.kind === "branch-refused")
    return { kind: "failed", reason: `${home.branch} refuses what the program pushes: ${outcome.reason}` };
  return noteAppend(context, mission.id, outcome, detail);
}
