import { spliceStatus } from "../../format/splice.ts";
import type { Finding } from "../../model/finding.ts";
import type { MissionState } from "../../model/state.ts";
import { renderFindings } from "../../view/findings.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, refuseInsideRun } from "../control/control-records.ts";
import { pageOf, type Sight } from "../read/look.ts";
import { resolveMission } from "../thing.ts";
import { type EditSaved, readThingFile, resolveSaved, saveFileEdit } from "./edit-file.ts";
import { savedLine } from "./save-world.ts";

export const command: Command = {
  name: "start",
  summary: "let a mission begin",
  group: "change",
  arguments: [{ usage: "[mission]", about: "the only mission without it" }],
  options: [],
  example: "mission start crm",
  async run(context, args) {
    const sight = await lookToWrite(context);
    const mission = meantMission(context, sight, args.words[0]);
    const saved = await startMission(context, mission.id, sight);
    if (context.json)
      printJson(context, { schema: 1, mission: mission.id, started: saved !== null, saved: saved?.saved ?? [] });
    else if (saved === null) context.screen.print(activeLine(mission));
    else
      context.screen.print(
        [
          ...saved.saved.map(savedLine(saved.remote)),
          ...saved.notes,
          `${mission.id} is active: mission run ${mission.id}`,
        ].join("\n"),
      );
    return 0;
  },
};

/**
 * Makes a mission active, as the person. Answers null when it is active already. Throws a `CommandError` where its files
 * have errors, it has no budget, or it is over.
 */
export async function startMission(context: Context, id: string, seen?: Sight): Promise<EditSaved | null> {
  refuseInsideRun(context, "start a mission");
  const sight = seen ?? (await lookToWrite(context));
  const mission = meantMission(context, sight, id);
  const status = mission.document?.status;
  if (status === "active") return null;
  if (status === "completed" || status === "cancelled") {
    throw new CommandError(
      "over",
      `${id} is ${status}`,
      status === "cancelled" ? `mission edit ${id} (its status)` : `mission report ${id}`,
    );
  }
  refuseFindings(context, mission);
  const file = await readThingFile(context, sight, { kind: "mission", mission });
  const spliced = spliceStatus(file.bytes, "active");
  if (!spliced.ok) {
    const { line, message } = spliced.reason;
    throw new CommandError(spliced.reason.code, `${file.path}:${line}: ${message}`, `mission edit ${id}`, 1);
  }
  const { path, branch, tip, mode } = file;
  const files = new Map([[path, { mode, bytes: spliced.bytes }]]);
  return saveFileEdit(context, sight, { branch, tip, files, message: `Start ${id}` });
}

function activeLine({ id, paused }: MissionState): string {
  return paused ? `${id} is active, but paused: mission resume ${id}` : `${id} is active already: mission run ${id}`;
}

function meantMission(context: Context, sight: Sight, word: string | undefined): MissionState {
  if (word === undefined) return resolveMission(sight.state, null);
  const thing = resolveSaved(context, sight, word);
  return thing.kind === "mission" ? thing.mission : resolveMission(sight.state, word);
}

/** A mission starts whole: later one bad file harms only itself. */
function refuseFindings(context: Context, mission: MissionState): void {
  const { id, document, findings } = mission;
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    context.screen.warn(renderFindings(errors, [], pageOf(context)).join("\n"));
    throw new CommandError("findings", `${id} can't start: ${countOf(errors)}`, nextOf(mission, errors), 1);
  }
  if (document?.budget == null) {
    throw new CommandError(
      "missing-budget",
      `${id} has no budget`,
      `mission budget ${id} usd=50, or budget: none in its file`,
      1,
    );
  }
  if (mission.milestones.every(({ features }) => features.length === 0)) {
    throw new CommandError(
      "empty",
      `${id} has no features`,
      mission.milestones.length > 0 ? `mission add ${id} "title"` : `mission edit ${id}`,
      1,
    );
  }
}

function countOf(errors: readonly Finding[]): string {
  return errors.length === 1 ? "its files have an error" : `its files have ${errors.length} errors`;
}

function nextOf({ id, milestones }: MissionState, [first]: readonly Finding[]): string {
  const features = milestones.flatMap((milestone) => [milestone, ...milestone.features]);
  const thing = features.find(({ document }) => document.file === first?.file);
  return thing ? `mission edit ${id}/${thing.id}` : `mission edit ${id}`;
}
