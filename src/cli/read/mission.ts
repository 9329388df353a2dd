import { statusJson } from "../../view/status-json.ts";
import { nextCommand, renderWhere } from "../../view/where.ts";
import { type Command, printJson } from "../command.ts";
import { lookWithUnsaved, unsavedLine } from "../plan/unsaved.ts";
import { pageOf } from "./look.ts";
import { watchSpending } from "./spending.ts";

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
    const spending = watchSpending(context.doors)(state);
    if (context.json) {
      printJson(context, { ...statusJson(state, unsaved, spending), next: nextCommand(state) });
      return 0;
    }
    const page = pageOf(context);
    const line = unsavedLine(unsaved, page);
    // The shell's own prompt takes a line, too.
    context.screen.print(
      [...renderWhere(state, page, context.screen.rows - line.length - 1, spending), ...line].join("\n"),
    );
    return 0;
  },
};
