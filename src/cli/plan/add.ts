import { join } from "node:path";
import { parseMissionFiles } from "../../format/mission-files.ts";
import { plainLine, plainText } from "../../format/plain-text.ts";
import { thingName } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import type { MilestoneState, MissionState, State } from "../../model/state.ts";
import { fillTemplate } from "../../planning/fill-template.ts";
import { freeId, slugOf } from "../../planning/slug.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, refuseInsideRun } from "../control/control-records.ts";
import type { Sight } from "../read/look.ts";
import { homeOf, resolveSaved, saveFileEdit } from "./edit-file.ts";
import { savedLine } from "./save-world.ts";

const MODE = "100644";

export const command: Command = {
  name: "add",
  summary: "write a feature from a template",
  group: "change",
  arguments: [
    { usage: "<milestone>", about: "where it belongs; of a mission the current one" },
    { usage: "<title...>", about: "what it is, in a few words" },
  ],
  options: [],
  example: 'mission add crm/contacts "Import from CSV"',
  async run(context, args) {
    refuseInsideRun(context, "add a feature");
    const [word = "", ...rest] = args.words;
    const title = demandTitle(rest.join(" "), word);
    const sight = await lookToWrite(context);
    const { mission, milestone } = findMilestone(context, sight, word);
    const id = freeId(slugOf(title), await listTaken(context, mission), "feature");
    const name = thingName(mission.id, id);
    const path = `${mission.path}/milestones/${milestone.document.folder}/${id}.md`;
    const text = fillTemplate(readTemplate(context, "features/blank.md"), title);
    const { branch, tip } = homeOf(sight.snapshot, mission.id);
    const files = new Map([[path, { mode: MODE, bytes: Buffer.from(text) }]]);
    const { saved, notes, remote } = await saveFileEdit(context, sight, { branch, tip, files, message: `Add ${name}` });
    if (context.json) printJson(context, { schema: 1, thing: name, path, saved });
    else
      context.screen.print([...saved.map(savedLine(remote)), ...notes, path, `next: mission edit ${name}`].join("\n"));
    return 0;
  },
};

function demandTitle(typed: string, word: string): string {
  const title = typed.replace(/\s+/g, " ").trim();
  if (title === "") throw new CommandError("no-title", "the title is empty", `mission add ${word} "title"`);
  if (plainText(title) !== title)
    throw new CommandError(
      "hidden-characters",
      "the title has characters that nobody sees, which may show it in another order than it is read in",
      `mission add ${word} "${plainLine(title).replaceAll('"', "'")}"`,
    );
  if (title.length <= LIMITS.titleLength) return title;
  throw new CommandError(
    "long-title",
    `a title has at most ${LIMITS.titleLength} characters: the rest belongs into the file`,
    `mission add ${word} "title", then mission edit`,
  );
}

interface Place {
  mission: MissionState;
  milestone: MilestoneState;
}

function findMilestone(context: Context, sight: Sight, word: string): Place {
  const thing = resolveSaved(context, sight, word.replace(/\/final$/, ""));
  if ("mission" in thing && thing.mission) refuseOver(thing.mission);
  if (thing.kind === "milestone") return { mission: thing.mission, milestone: thing.milestone };
  if (thing.kind === "feature") return { mission: thing.mission, milestone: thing.milestone };
  const mission = "mission" in thing ? thing.mission : null;
  const open = mission?.milestones.find(({ id }) => id === mission.current) ?? mission?.milestones.at(-1);
  if (thing.kind === "mission" && mission && open) return { mission, milestone: open };
  const message = mission?.milestones.length === 0 ? `${mission.id} has no milestone yet` : `${word} is no milestone`;
  const next =
    mission?.milestones.length === 0
      ? `write ${mission.path}/milestones/01-first/milestone.md, then mission save`
      : `mission add ${exampleOf(sight.state)} "title"`;
  throw new CommandError("no-milestone", message, next);
}

/** Nothing is started in a mission that is over, so what is added would wait for ever. */
function refuseOver({ id, status }: MissionState): void {
  if (status !== "completed" && status !== "cancelled") return;
  throw new CommandError(
    "over",
    `${id} is ${status}: what is added to it would never be done`,
    'mission new "what is still to do"',
    1,
  );
}

function exampleOf({ missions }: State): string {
  const mission = missions.find(({ milestones }) => milestones.length > 0);
  return mission ? thingName(mission.id, mission.milestones[0]?.id) : "MISSION/MILESTONE";
}

/** Ids of the mission, and those of files that the person has not saved yet. */
async function listTaken({ doors }: Context, { milestones, path, root, id }: MissionState): Promise<Set<string>> {
  const saved = milestones.flatMap((milestone) => [milestone.id, ...milestone.features.map((feature) => feature.id)]);
  if (doors.worktree === null) return new Set(saved);
  const folder = join(doors.worktree, path, "milestones");
  const files = doors.files
    .list(folder)
    .flatMap((milestone) =>
      doors.files.list(join(folder, milestone)).map((name) => `${path}/milestones/${milestone}/${name}`),
    );
  const empty = files.map((file) => ({ path: file, mode: MODE, blob: "", bytes: new Uint8Array() }));
  const local = parseMissionFiles(root, id, empty, doors.hash);
  return new Set([...saved, ...[...local.milestones, ...local.features].map((each) => each.id)]);
}

/** A template of the package. */
export function readTemplate({ doors: { packageFolder, files } }: Context, name: string): string {
  const text = files.readText(join(packageFolder, "templates", name));
  if (text === null) throw new Error(`the template ${name} is missing in ${packageFolder}`);
  return text;
}
