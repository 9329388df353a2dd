import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { readBuiltinRoles } from "../../observe/builtin-roles.ts";
import { saveEdits } from "../../repo/save.ts";
import { isBelow, isMissionPath, MISSION_ROOTS } from "../../repo/save-target.ts";
import { renderFindings } from "../../view/findings.ts";
import { type Command, type Context, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { refuseInsideRun } from "../control/control-records.ts";
import { look, pageOf } from "../read/look.ts";
import { checkFiles } from "./check-files.ts";
import { openSaveWorld, tellSave } from "./save-world.ts";

export const command: Command = {
  name: "save",
  summary: "commit and push mission edits as you",
  group: "change",
  arguments: [{ usage: "[path...]", about: "only these mission files or folders" }],
  options: [{ usage: "-m, --message <text>", about: "message of the commit" }],
  example: 'mission save\nmission save missions/crm -m "Two more features"',
  async run(context, args) {
    refuseInsideRun(context, "save");
    const paths = args.words.map((word) => missionPath(context, word));
    const message = textOption(args, "message");
    const { snapshot } = await look(context, { fetch: false });
    const world = await openSaveWorld(context, snapshot.defaultBranch.name);
    await tellFindings(context, world.person.checkout, paths);
    const result = await saveEdits(world, { paths, ...(message === null ? {} : { message }) });
    return tellSave(context, world.authority.remote, result);
  },
};

/** What is wrong in a file harms only what that file says, so it is told and saved all the same. */
async function tellFindings(
  context: Context,
  checkout: { folder: string; listChanged(folders: readonly string[]): Promise<readonly string[]> } | null,
  paths: readonly string[],
): Promise<void> {
  if (checkout === null) return;
  const isWanted = (file: string) => paths.length === 0 || paths.some((path) => isBelow(file, path));
  const changed = new Set((await checkout.listChanged(MISSION_ROOTS)).filter(isWanted));
  if (changed.size === 0) return;
  const findings = checkFiles(context.doors, checkout.folder, await readBuiltinRoles(context.doors)).filter(
    ({ file }) => changed.has(file),
  );
  if (findings.length > 0) context.screen.warn(renderFindings(findings, [], pageOf(context)).join("\n"));
}

/** The path as git names it, also of a file that is gone. */
function missionPath({ doors: { worktree }, cwd }: Context, typed: string): string {
  if (worktree === null) return typed;
  const inside = relative(worktree, realPath(resolve(cwd, typed)))
    .split(sep)
    .join("/");
  const isAbove = inside === "" || MISSION_ROOTS.some((root) => root === inside || root.startsWith(`${inside}/`));
  if (!isAbove && !isMissionPath(inside)) {
    throw new CommandError(
      "no-mission-file",
      `${typed} is not below missions/: save takes mission files only`,
      `git commit ${typed}`,
    );
  }
  return inside;
}

/** Of what is there of the path. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(realPath(dirname(path)), basename(path));
  }
}
