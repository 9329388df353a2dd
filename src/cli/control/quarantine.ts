import type { Command } from "../command.ts";
import { control, tellControl } from "./control.ts";
import { withdrawLocal } from "./stop-local.ts";

export const command: Command = {
  name: "quarantine",
  summary: "keep what it made away from everything else",
  group: "change",
  arguments: [
    { usage: "<thing>", about: "a feature, milestone, mission or agent:NAME" },
    { usage: "[why...]", about: "what is wrong with it" },
  ],
  options: [],
  example: 'mission quarantine agent:coder "It edits its own tests"',
  async run(context, args) {
    const [word, ...why] = args.words;
    const { target } = await control(context, "quarantine", word, why.join(" ").trim());
    withdrawLocal(context.doors, target.isConcerned, `${target.target} is quarantined`);
    tellControl(
      context,
      "quarantine",
      [target.target],
      [`Nothing of it starts or lands until: mission resume ${target.target}`],
    );
    return 0;
  },
};
