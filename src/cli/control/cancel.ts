import { spliceStatus } from "../../format/splice.ts";
import { type Command, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { readThingFile, resolveSaved, saveFileEdit } from "../plan/edit-file.ts";
import { savedLine } from "../plan/save-world.ts";
import { nameOf, type Thing } from "../thing.ts";
import { lookToWrite, refuseInsideRun } from "./control-records.ts";

export const command: Command = {
  name: "cancel",
  summary: "give a thing up",
  group: "change",
  arguments: [
    { usage: "<thing>", about: "a mission, milestone or feature" },
    { usage: "[why...]", about: "the reason, for the commit" },
  ],
  options: [],
  example: 'mission cancel crm/import "Nobody has old data"',
  async run(context, args) {
    refuseInsideRun(context, "cancel");
    const [word = "", ...why] = args.words;
    const sight = await lookToWrite(context);
    const thing = resolveSaved(context, sight, word);
    const name = nameOf(thing);
    if (refuseOver(thing)) {
      if (context.json) printJson(context, { schema: 1, thing: name, cancelled: false });
      else context.screen.print(`${name} is cancelled already.`);
      return 0;
    }
    const { path, branch, tip, mode, bytes } = await readThingFile(context, sight, thing);
    const spliced = spliceStatus(bytes, "cancelled");
    if (!spliced.ok) {
      const { line, message, code } = spliced.reason;
      throw new CommandError(code, `${path}:${line}: ${message}`, `mission edit ${name}`, 1);
    }
    const reason = why.join(" ").trim();
    const message = `Cancel ${name}${reason === "" ? "" : `\n\n${reason}`}`;
    const files = new Map([[path, { mode, bytes: spliced.bytes }]]);
    const { saved, notes, remote } = await saveFileEdit(context, sight, { branch, tip, files, message });
    if (context.json) printJson(context, { schema: 1, thing: name, cancelled: true, saved });
    else
      context.screen.print(
        [
          ...saved.map(savedLine(remote)),
          ...notes,
          `${name} is cancelled; a live run of it ends at the next pulse.`,
        ].join("\n"),
      );
    return 0;
  },
};

/** Whether it is cancelled already. What is done can't be given up any more. */
function refuseOver(thing: Thing): boolean {
  if (thing.kind === "feature") {
    if (thing.feature.document.status === "done") {
      throw new CommandError("done", `${nameOf(thing)} is done: it is on home`, "git revert its landing", 1);
    }
    return thing.feature.document.status === "cancelled";
  }
  if (thing.kind === "milestone") return thing.milestone.document.status === "cancelled";
  if (thing.kind !== "mission") return false;
  if (thing.mission.document?.status === "completed") {
    throw new CommandError("over", `${thing.mission.id} is completed`, `mission report ${thing.mission.id}`, 1);
  }
  return thing.mission.document?.status === "cancelled";
}
