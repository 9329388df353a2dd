import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MissionRoot } from "../../model/documents.ts";
import { fillTemplate } from "../../planning/fill-template.ts";
import type { PlanFile } from "../../planning/plan-files.ts";
import type { Context } from "../command.ts";
import { CommandError } from "../command-error.ts";

/** The files of a mission made from a template of the package. */
export function readMissionTemplate(
  { doors: { packageFolder } }: Context,
  name: string,
  { title, root, id }: { title: string; root: MissionRoot; id: string },
): readonly PlanFile[] {
  const templates = join(packageFolder, "templates", "missions");
  const folder = join(templates, name);
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(join(folder, "mission.md"))) {
    const names = readdirSync(templates).sort().join(", ");
    throw new CommandError("no-template", `there is no template ${name}`, `--template with one of: ${names}`);
  }
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return paths.sort(missionFirst).map((path) => ({
    path: `${root}/${id}/${path}`,
    text: fillTemplate(readFileSync(join(folder, path), "utf8"), title),
  }));
}

function missionFirst(a: string, b: string): number {
  const depth = (path: string) => (path === "mission.md" ? -1 : path.split("/").length);
  return depth(a) - depth(b) || (a < b ? -1 : 1);
}
