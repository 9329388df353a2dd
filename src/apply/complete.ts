import type { Applied, Complete } from "../model/decision.ts";
import { spliceFile } from "../repo/candidate.ts";
import { renderReport } from "../view/report-page.ts";
import { amendHome } from "./amend.ts";
import { type ApplyContext, subjectOf } from "./context.ts";

/** The closing commit: `status: completed` and the report. */
export async function applyComplete(context: ApplyContext, { mission, tip }: Complete): Promise<Applied> {
  const { git } = context.doors;
  const subject = subjectOf(context, mission);
  const state = context.state.missions.find(({ id }) => id === mission);
  const commit = await git.readCommit(subject.home.tip);
  if (!state || !commit) return { kind: "failed", reason: `${mission} is not there` };
  const closed = await spliceFile(git, commit.tree, subject.document.file, "completed");
  if (closed.kind === "refused") return { kind: "failed", reason: `${mission} can't be closed: ${closed.reason}` };
  const report = renderReport(state, subject.mission.files.contract);
  const blob = await git.writeBlob(new TextEncoder().encode(report));
  const path = `${subject.mission.path}/report.md`;
  const { usd, hours, tokens } = state.budget;
  return amendHome(context, {
    subject,
    tip,
    tree: await git.writeFiles(closed.tree, new Map([[path, { mode: "100644", oid: blob }]])),
    title: `Complete ${subject.document.title}`,
    fact: (oid) => ({
      kind: "completed",
      commit: oid,
      costUsd: usd.reported + usd.priced + usd.assumed,
      minutes: hours.spent * 60,
      tokens: tokens.spent,
    }),
    body: "",
    detail: `${mission} is completed: ${path}`,
  });
}
