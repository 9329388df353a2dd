import { makeRunner } from "../../doors/git/process/spawn.ts";
import { missionOfPath } from "../../repo/save-target.ts";
import { renderDiff } from "../../view/diff.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { look, pageOf, type Sight } from "../read/look.ts";
import { listUnsaved, unsavedLine } from "./unsaved.ts";

export const command: Command = {
  name: "diff",
  summary: "edits that are not in effect yet",
  group: "change",
  arguments: [],
  options: [],
  example: "mission diff",
  async run(context) {
    if (context.doors.worktree === null)
      throw new CommandError("bare", "a bare repository holds no edits", "mission status");
    const sight = await look(context);
    const unsaved = await listUnsaved(context, sight);
    const edits = await Promise.all(unsaved.map(async (path) => ({ path, diff: await diffOf(context, sight, path) })));
    const page = pageOf(context);
    if (context.json) printJson(context, { schema: 1, unsaved: edits });
    else if (edits.length === 0) context.screen.print(page.paint.quiet("Every mission edit is in effect."));
    else
      context.screen.print(
        [...edits.flatMap(({ diff }) => renderDiff(diff, page)), ...unsavedLine(unsaved, page)].join("\n"),
      );
    return 0;
  },
};

/** The edit itself, from where the checkout and home parted. Git's own diff of files: it knows line ends and filters. */
async function diffOf({ doors: { git, worktree }, env }: Context, { snapshot }: Sight, path: string): Promise<string> {
  const home = snapshot.missions.find(({ id }) => id === missionOfPath(path))?.home?.tip ?? snapshot.defaultBranch.tip;
  const runner = makeRunner(git.gitDir, env);
  const place = worktree === null ? {} : { worktree };
  const found = await runner.run(["merge-base", home ?? "HEAD", "HEAD"], place);
  const base = found.exitCode === 0 ? found.stdout.toString("latin1").trim() : home;
  const isThere = base !== null && (await git.resolve(`${base}:${path}`)) !== null;
  const options = ["--no-color", "--no-ext-diff", "--no-textconv"];
  // A new file that is not in the index is invisible to a diff against a commit.
  const args = isThere
    ? ["diff", ...options, base, "--", path]
    : ["diff", ...options, "--no-index", "--", "/dev/null", path];
  return (await runner.demand(args, place, [0, 1])).stdout.toString("utf8");
}
