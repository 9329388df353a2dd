/** What has changed in the files that a worker is told from. */

import type { Git } from "../doors/git.ts";
import type { FeatureDocument } from "../model/documents.ts";
import type { RunEntry } from "../model/ledger.ts";
import type { ApplyContext, Subject } from "./context.ts";

const DIFF_BYTES = 16 * 1024;

/** How the feature's file differs from what the kept work was made for; null where the same is asked. */
export async function diffSpec(
  { doors: { git } }: Pick<ApplyContext, "doors">,
  feature: FeatureDocument,
  kept: RunEntry | null,
): Promise<string | null> {
  if (kept === null || kept.claim.fact.spec === feature.spec) return null;
  const before = await readSpec(git, feature, kept.claim.fact.base);
  if (before === null || before === feature.blob) return null;
  // Git compares trees: each of them holds the one file.
  const name = feature.file.slice(feature.file.lastIndexOf("/") + 1);
  const treeOf = (oid: string) => git.writeTree([{ mode: "100644", type: "blob", oid, name }]);
  return git.diff(await treeOf(before), await treeOf(feature.blob), DIFF_BYTES);
}

/** Blob of the feature's file at a commit, where it may still have had its old name. */
async function readSpec(git: Git, { file, id, was }: FeatureDocument, commit: string): Promise<string | null> {
  const folder = file.slice(0, file.lastIndexOf("/"));
  for (const name of was === null ? [id] : [id, was]) {
    const object = await git.readObject(`${commit}:${folder}/${name}.md`);
    if (object?.type === "blob") return object.oid;
  }
  return null;
}

/** How home differs from an earlier one in all the files that the prompt of a feature is made from; null where it does not. */
export async function diffTold(
  { doors: { git } }: Pick<ApplyContext, "doors">,
  { mission, home }: Subject,
  feature: FeatureDocument,
  before: string,
): Promise<string | null> {
  const milestone = mission.files.milestones.find(({ id }) => id === feature.milestone)?.file;
  const own = [
    `${mission.path}/mission.md`,
    `${mission.path}/contract.md`,
    ...(milestone ? [milestone] : []),
    feature.file,
  ];
  const files = [...own, mission.repository.config.file, "AGENTS.md", "CLAUDE.md"];
  const diff = await git.diff(
    await treeOfFiles(git, before, files),
    await treeOfFiles(git, home.tip, files),
    DIFF_BYTES,
  );
  return diff.trim() === "" ? null : diff;
}

/** A tree with nothing but these files of a commit, as far as it has them. */
async function treeOfFiles(git: Git, commit: string, files: readonly string[]): Promise<string> {
  const found = new Map<string, { mode: string; oid: string }>();
  for (const file of files) {
    const object = await git.readObject(`${commit}:${file}`);
    if (object?.type === "blob") found.set(file, { mode: "100644", oid: object.oid });
  }
  return git.writeFiles(await git.writeTree([]), found);
}
