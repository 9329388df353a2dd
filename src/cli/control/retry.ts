import type { Command } from "../command.ts";
import { control, tellControl } from "./control.ts";
import { refuseInsideRun } from "./control-records.ts";

export const command: Command = {
  name: "retry",
  summary: "try again after a block, or a provider that has refused",
  group: "change",
  arguments: [
    { usage: "<thing>", about: "a feature, a milestone or a run of one; a mission: its providers" },
    { usage: "[why...]", about: "what is different now" },
  ],
  options: [],
  example: 'mission retry crm/auth "The key is set now"',
  async run(context, args) {
    refuseInsideRun(context, "retry");
    const [word, ...why] = args.words;
    const { target } = await control(context, "retry", word, why.join(" ").trim());
    tellControl(context, "retry", [target.target]);
    return 0;
  },
};
