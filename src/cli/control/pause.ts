import { type Command, hasFlag } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { control, controlMissions, demandOne, tellControl } from "./control.ts";

export const command: Command = {
  name: "pause",
  summary: "start nothing new; runs go on",
  group: "change",
  arguments: [{ usage: "[thing]", about: "a mission, milestone or feature; the only mission without it" }],
  options: [{ usage: "--all", about: "every mission" }],
  example: "mission pause crm",
  async run(context, args) {
    const [word] = args.words;
    demandOne(word, hasFlag(args, "all"), "pause");
    const targets = hasFlag(args, "all")
      ? await controlMissions(context, "pause", ({ paused }) => !paused)
      : [(await control(context, "pause", word)).target.target];
    if (targets.length === 0)
      throw new CommandError("nothing-to-pause", "no mission is under way", "mission status", 1);
    tellControl(context, "pause", targets, ["Live runs go on to their end; mission stop ends them."]);
    return 0;
  },
};
