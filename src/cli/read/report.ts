import { COST_GROUPS, type CostGroup } from "../../view/cost-share.ts";
import { type ReportOptions, renderReports, reportJson } from "../../view/report.ts";
import { type Command, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { resolveMission } from "../thing.ts";
import { look, pageOf } from "./look.ts";
import { parseSince } from "./since.ts";

export const command: Command = {
  name: "report",
  summary: "what happened and what it cost",
  group: "every day",
  arguments: [{ usage: "[mission]", about: "one mission; all of them without it" }],
  options: [
    { usage: "--since <time>", about: "a date (2026-11-20), a time (2026-11-20T14:00) or how long ago (24h, 7d)" },
    { usage: "--by <groups>", about: "the cost by feature, agent, runtime, model or day, several with commas" },
  ],
  example: "mission report --since 24h --by agent,model",
  async run(context, args) {
    const { state } = await look(context);
    const [word] = args.words;
    const missions = word === undefined ? state.missions : [resolveMission(state, word)];
    const since = parseSince(textOption(args, "since"), context);
    const options: ReportOptions = { since, by: parseGroups(textOption(args, "by")) };
    const page = pageOf(context);
    if (context.json) printJson(context, reportJson(state, missions, page, options));
    else context.screen.print(renderReports(state, missions, page, options).join("\n"));
    return 0;
  },
};

function parseGroups(text: string | null): CostGroup[] {
  return (text ?? "")
    .split(",")
    .filter((word) => word !== "")
    .map((word) => {
      const group = COST_GROUPS.find((known) => known === word.trim());
      if (!group)
        throw new CommandError(
          "wrong-use",
          `--by takes ${COST_GROUPS.join(", ")}, not ${word}`,
          "mission report --by feature",
        );
      return group;
    });
}
