import type { Comment } from "../../model/record.ts";
import { type Command, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { recordAsPerson } from "../control/control-records.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";

export const command: Command = {
  name: "comment",
  summary: "say something that the next run reads",
  group: "change",
  arguments: [
    { usage: "<thing>", about: "a mission, milestone, feature, run or ask" },
    { usage: "<text...>", about: "markdown; @name mentions somebody" },
  ],
  options: [],
  example: 'mission comment crm/schema "Names are unique for each account, not overall"',
  async run(context, args) {
    const [word = "", ...rest] = args.words;
    const text = rest.join(" ").trim();
    if (text === "") throw new CommandError("no-text", "the comment is empty", `mission comment ${word} "..."`);
    const { mission, result, commits } = await recordAsPerson(context, ({ state }) => {
      const thing = resolveThing(state, word);
      if (!("mission" in thing))
        throw new CommandError("wrong-kind", `${nameOf(thing)} has no thread`, 'mission comment crm/feature "..."');
      const fact: Comment = { kind: "comment", feature: partOf(thing), mentions: findMentions(text) };
      return { mission: thing.mission, records: [{ fact, body: text }], result: nameOf(thing) };
    });
    if (context.json) printJson(context, { schema: 1, mission: mission.id, thing: result, record: commits[0] });
    else context.screen.print(`Said on ${result}.`);
    return 0;
  },
};

/** Milestones and features share one namespace, so a thread is named by either. */
function partOf(thing: Thing): string | null {
  switch (thing.kind) {
    case "feature":
      return thing.feature.id;
    case "milestone":
      return thing.milestone.id;
    case "ask":
      return thing.ask.asked.fact.about;
    case "run": {
      const { about } = thing.run.claim.fact;
      if (about.kind === "feature") return about.feature;
      return about.kind === "milestone" ? about.milestone : null;
    }
    default:
      return null;
  }
}

/** `@anna`, but not the end of an address. */
function findMentions(text: string): string[] {
  return [
    ...new Set(
      [...text.matchAll(/(?<![\w.])@([A-Za-z0-9][\w.-]*[A-Za-z0-9_]|[A-Za-z0-9])/g)].map(([, name = ""]) => name),
    ),
  ];
}
