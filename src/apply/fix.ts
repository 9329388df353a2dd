import { printFeatureFile } from "../format/new-file.ts";
import type { Applied, Fix } from "../model/decision.ts";
import type { NewFix } from "../model/state.ts";
import { amendHome } from "./amend.ts";
import { type ApplyContext, subjectOf } from "./context.ts";

/** Adds one feature for each thing that a validation found, to the milestone that failed. */
export async function applyFix(
  context: ApplyContext,
  { mission, tip, milestone, fixes, because }: Fix,
): Promise<Applied> {
  const { git, files, packageFolder } = context.doors;
  const subject = subjectOf(context, mission);
  const place = subject.mission.files.milestones.find(({ id }) => id === milestone);
  const commit = await git.readCommit(subject.home.tip);
  if (!place || !commit) return { kind: "failed", reason: `${mission}/${milestone} is not there` };
  const folder = place.file.slice(0, place.file.lastIndexOf("/"));
  const template = files.readText(`${packageFolder}/templates/fix-feature.md`) ?? "";
  const added = new Map<string, { mode: string; oid: string }>();
  for (const fix of fixes) {
    const blob = await git.writeBlob(new TextEncoder().encode(printFix(fix, template)));
    added.set(`${folder}/${fix.id}.md`, { mode: "100644", oid: blob });
  }
  const names = fixes.map(({ id }) => id).join(", ");
  return amendHome(context, {
    subject,
    tip,
    tree: await git.writeFiles(commit.tree, added),
    title: `Add ${names}`,
    fact: (oid) => ({ kind: "amended", commit: oid, because: `${because}: ${names}` }),
    body: fixes.map(({ id, fixes: what }) => `- ${id}: ${what.join(", ")}`).join("\n"),
    detail: `added ${names} to ${mission}/${milestone}`,
  });
}

/** The feature file of a fix. The evidence is output of untrusted programs, fenced so that it stays text. */
function printFix(fix: NewFix, template: string): string {
  const fence = "`".repeat(Math.max(3, ...[...fix.evidence.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  const values: Record<string, string> = {
    title: fix.title,
    fixes: fix.fixes.map((name) => `- ${name}`).join("\n"),
    evidence: `${fence}text\n${fix.evidence}\n${fence}`,
  };
  const body = template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  return printFeatureFile({ title: fix.title, size: "S", fixes: fix.fixes, verify: fix.checks, body });
}
