import type { Git } from "../doors/git.ts";
import { printPrompt } from "../format/prompt.ts";
import type { FeatureDocument, Role } from "../model/documents.ts";
import type { JudgedWork } from "../model/prompt.ts";
import type { Order } from "../model/run.ts";
import type { ApplyContext, Subject } from "./context.ts";
import { readPromptInput, readTemplate } from "./prompt.ts";

const DIFF_BYTES = 96 * 1024;
const MOST_FILES = 200;
const WORDS: Readonly<Record<string, string>> = { A: "added", D: "deleted", M: "changed", T: "changed" };

/** The prompt of a review: the assignment, the change, what its gate said, and last what its worker says of it. */
export async function makeReviewPrompt(
  context: ApplyContext,
  subject: Subject,
  feature: FeatureDocument,
  { order, role, head }: { order: Order; role: Role | null; head: string },
): Promise<string> {
  const change = await readChange(context.doors.git, order, feature);
  const judged: JudgedWork = { ...change, gate: lastGate(subject, feature, head) };
  const input = await readPromptInput(context, subject, feature, { order, role, judged });
  return printPrompt(input, readTemplate(context, "review"));
}

/** Without the word `done` in the feature's own file: that is the landing's, not the worker's. */
async function readChange(git: Git, { base, start }: Order, { file, blob }: FeatureDocument) {
  const landed = (await git.readCommit(start))?.tree ?? start;
  const tree = await git.writeFiles(landed, new Map([[file, { mode: "100644", oid: blob }]]));
  const from = (await git.readCommit(base))?.tree ?? base;
  const changed = await git.changedPaths(from, tree);
  const diff = await git.diff(from, tree, DIFF_BYTES);
  const lines = changed.map(({ status, path }) => `${WORDS[status] ?? "changed"} ${path}`);
  const more = lines.length > MOST_FILES ? [`and ${lines.length - MOST_FILES} more`] : [];
  const paths = changed.map(({ path }) => path);
  return { diff, files: [...lines.slice(0, MOST_FILES), ...more], unshown: listUnshown(diff, paths) };
}

/** A cut diff shows its last file in part, and none of those behind it. */
function listUnshown(diff: string, paths: readonly string[]): readonly string[] {
  if (Buffer.byteLength(diff) < DIFF_BYTES - 4) return [];
  const whole = diff.slice(0, Math.max(0, diff.lastIndexOf("\ndiff --git ")));
  return paths.filter((path) => !whole.includes(` b/${path}\n`)).slice(0, MOST_FILES);
}

function lastGate({ mission }: Subject, { id }: FeatureDocument, head: string): JudgedWork["gate"] {
  const verdict = mission.ledger.byFeature
    .get(id)
    ?.verdicts.findLast(
      ({ fact: { of, about } }) => of === "gate" && about.kind === "features" && about.features[0]?.head === head,
    );
  return verdict ? { run: verdict.fact.run, result: verdict.fact.result, text: verdict.record.body } : null;
}
