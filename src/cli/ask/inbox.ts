import { inboxJson, renderInbox } from "../../view/inbox.ts";
import { type Command, hasFlag, printJson } from "../command.ts";
import { lookWithUnsaved, unsavedLine } from "../plan/unsaved.ts";
import { pageOf } from "../read/look.ts";
import { needsPerson } from "../read/needs-person.ts";

export const command: Command = {
  name: "inbox",
  summary: "what waits for a person, numbered",
  group: "every day",
  arguments: [],
  options: [{ usage: "--exit-code", about: "exit with 1 when something waits" }],
  example: "mission inbox",
  async run(context, args) {
    const { state, unsaved } = await lookWithUnsaved(context, { fetch: true });
    if (context.json) printJson(context, inboxJson(state));
    else {
      const page = pageOf(context);
      context.screen.print([...renderInbox(state, page), ...unsavedLine(unsaved, page)].join("\n"));
    }
    return hasFlag(args, "exitCode") && needsPerson(state) ? 1 : 0;
  },
};
