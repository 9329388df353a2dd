/** The files of a new mission: where they go, what is in them, what is wrong with them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { spliceValue } from "../../format/splice.ts";
import type { MissionRoot } from "../../model/documents.ts";
import type { Finding } from "../../model/finding.ts";
import { type PlanFile, planFiles } from "../../planning/plan-files.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";
import type { Sight } from "../read/look.ts";
import { checkPlan, checkPlanFiles } from "./new-plan.ts";
import type { Request } from "./new-request.ts";
import { readMissionTemplate } from "./new-template.ts";

/** `todo/missions` where the repository keeps a `todo` folder. */
export async function chooseRoot(
  { doors: { git, worktree, files } }: Context,
  { snapshot }: Sight,
): Promise<MissionRoot> {
  const { tip } = snapshot.defaultBranch;
  const saved = tip === null ? null : await git.readObject(`${tip}:todo`);
  const hasFolder = worktree !== null && files.list(join(worktree, "todo")).length > 0;
  return saved?.type === "tree" || hasFolder ? "todo/missions" : "missions";
}

export function refuseTaken({ doors: { worktree, files } }: Context, { state }: Sight, id: string): void {
  const roots: readonly MissionRoot[] = ["missions", "todo/missions"];
  const folder = worktree === null ? undefined : roots.find((root) => files.exists(join(worktree, root, id)));
  const known = state.missions.find((mission) => mission.id === id);
  if (!known && folder === undefined) return;
  const where = known?.path ?? `${folder}/${id}`;
  throw new CommandError(
    "taken",
    `there is a mission ${id} already: ${where}`,
    `mission show ${id}, or the same command with --id NAME`,
  );
}

export function makeFiles(
  context: Context,
  { plan, template, title, id, mode, budget }: Request,
  root: MissionRoot,
): readonly PlanFile[] {
  const [mission, ...others] = plan
    ? planFiles(plan, { root, id })
    : readMissionTemplate(context, template ?? "blank", { title, root, id });
  if (mission === undefined) return [];
  const values: [string[], string | number][] = [
    ...(mode === null ? [] : [[["mode"], mode] as [string[], string]]),
    ...budget.map(({ name, text }): [string[], string | number] => [["budget", name], text]),
  ];
  return [values.reduce((file, [keys, value]) => withValue(file, keys, value), mission), ...others];
}

function withValue({ path, text }: PlanFile, keys: readonly string[], value: string | number): PlanFile {
  const spliced = spliceValue(Buffer.from(text), keys, value);
  const name = keys[0] ?? "";
  if (!spliced.ok)
    throw new CommandError(
      spliced.reason.code,
      `${name} can't be set: ${spliced.reason.message}`,
      `--${name} left out`,
    );
  return { path, text: Buffer.from(spliced.bytes).toString("utf8") };
}

export function findingsOf(
  { doors }: Context,
  { snapshot, state }: Sight,
  { plan, id, mode }: Request,
  made: { root: MissionRoot; files: readonly PlanFile[] },
): readonly Finding[] {
  const place = {
    root: made.root,
    id,
    others: state.missions,
    hasChecks: snapshot.repository.config.verify.length > 0,
  };
  if (plan === null) return checkPlanFiles(doors, made.files, place).filter(({ severity }) => severity === "error");
  return checkPlan(doors, mode === null ? plan : { ...plan, mission: { ...plan.mission, mode } }, made.files, place);
}

export function writeFiles({ doors: { worktree } }: Context, files: readonly PlanFile[]) {
  if (worktree === null)
    throw new CommandError("bare", "a bare repository has no files to write", "the same command without --no-save");
  for (const { path, text } of files) {
    mkdirSync(dirname(join(worktree, path)), { recursive: true });
    writeFileSync(join(worktree, path), text, { flag: "wx" });
  }
  return { saved: [], notes: [], remote: null };
}
