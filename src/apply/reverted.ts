/** What landed once and was taken back: the change, and what the one who took it back said. */

import { lastTakenBack } from "../derive/prompt-history.ts";
import type { Git, RawCommit } from "../doors/git.ts";
import type { FeatureDocument } from "../model/documents.ts";
import type { PromptInput } from "../model/prompt.ts";
import type { ApplyContext, Subject } from "./context.ts";

const DIFF_BYTES = 32 * 1024;
/** Commits of home that are looked through for the one that took it back. */
const MOST_COMMITS = 500;
const DONE = /^status:\s*["']?done\b/m;

/** null where nothing was taken back. `isHere`: the workspace has the change again, so it is not shown. */
export async function readReverted(
  { doors: { git } }: Pick<ApplyContext, "doors">,
  { mission, home }: Subject,
  feature: FeatureDocument,
  isHere: boolean,
): Promise<PromptInput["reverted"]> {
  const commit = lastTakenBack(mission, feature)?.fact.commit;
  const landing = commit === undefined ? null : await git.readCommit(commit);
  if (landing === null) return null;
  const revert = await findRevert(git, { landing: landing.oid, home: home.tip, file: feature.file });
  return {
    commit: landing.oid,
    words: revert && { by: revert.author.name, text: revert.message },
    diff: isHere ? null : await diffLanding(git, landing, feature.file),
  };
}

/** The first commit on home after the landing in which the feature's file is not done; null where history was rewritten. */
async function findRevert(
  git: Git,
  { landing, home, file }: { landing: string; home: string; file: string },
): Promise<RawCommit | null> {
  if (!(await git.isAncestor(landing, home))) return null;
  const commits = await git.listCommits(home, landing, MOST_COMMITS);
  let wasDone = commits[0]?.parents[0] === landing;
  for (const commit of commits) {
    const object = await git.readObject(`${commit.oid}:${file}`);
    const isDone = object !== null && DONE.test(object.bytes.toString("utf8"));
    if (wasDone && !isDone) return commit;
    wasDone = isDone;
  }
  return null;
}

/** Without the word `done` in the feature's own file. */
async function diffLanding(git: Git, { tree, parents }: RawCommit, file: string): Promise<string | null> {
  const [parent] = parents;
  if (parent === undefined) return null;
  const before = await git.readObject(`${parent}:${file}`);
  const blob = before === null ? null : { mode: "100644", oid: before.oid };
  return git.diff(parent, await git.writeFiles(tree, new Map([[file, blob]])), DIFF_BYTES);
}
