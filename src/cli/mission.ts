import { statusJson } from "../view/status-json.ts";
import { nextCommand, renderWhere } from "../view/where.ts";
import { type Command, printJson } from "./command.ts";
import { pageOf } from "./look.ts";
import { lookWithUnsaved, unsavedLine } from "./unsaved.ts";

/** `mission` alone. Its JSON is that of `mission status`, with the next step. */
export const command: Command = {
  name: "",
  summary: "where am I, what needs me, what is next",
  group: "every day",
  arguments: [],
  options: [],
  example: "mission",
  async run(context) {
    const { state, unsaved } = await lookWithUnsaved(context, { fetch: true });
    if (context.json) {
      printJson(context, { ...statusJson(state, unsaved), next: nextCommand(state) });
      return 0;
    }
    const page = pageOf(context);
    const line = unsavedLine(unsaved, page);
    // The shell's own prompt takes a line, too.
    context.screen.print([...renderWhere(state, page, context.screen.rows - line.length - 1), ...line].join("\n"));
    return 0;
  },
};
