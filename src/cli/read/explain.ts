import { MISSION_FOLDERS } from "../../repo/standing.ts";
import { explain, explanationJson } from "../../view/explain/explanation.ts";
import { commitsAsked } from "../../view/explain/landing.ts";
import { renderExplanation } from "../../view/explain/page.ts";
import { recordsOf, type Subject } from "../../view/explain/subject.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { nameOf, resolveThing, type Thing } from "../thing.ts";
import { look, pageOf } from "./look.ts";

export const command: Command = {
  name: "explain",
  summary: "why a thing is what it is: who, what, when, why, on which inputs, at what cost",
  group: "look back",
  arguments: [{ usage: "<thing>", about: "a mission, milestone, feature, run or ask (q7)" }],
  options: [{ usage: "--all", about: "every record of it, also where it is long" }],
  example: "mission explain crm/contacts",
  async run(context, args) {
    const { state } = await look(context);
    const subject = subjectOf(resolveThing(state, args.words[0] ?? ""));
    const explanation = explain(subject, await readCodeTrees(context, subject));
    if (context.json) printJson(context, explanationJson(explanation));
    else {
      const lines = renderExplanation(explanation, pageOf(context), { all: hasFlag(args, "all") });
      context.screen.print(lines.join("\n"));
    }
    return 0;
  },
};

function subjectOf(thing: Thing): Subject {
  if (thing.kind !== "agent" && thing.kind !== "host") return thing;
  const name = nameOf(thing);
  throw new CommandError("no-life", `${name} has no status to explain`, `mission log ${name}`);
}

/** Code trees of the homes that landings were made on after home had moved. What was rewritten away may not be here. */
async function readCodeTrees({ doors: { git } }: Context, subject: Subject): Promise<ReadonlyMap<string, string>> {
  const trees = new Map<string, string>();
  for (const commit of new Set(commitsAsked(subject.mission.ledger, recordsOf(subject)))) {
    if ((await git.resolve(commit)) !== null) trees.set(commit, await git.codeTree(commit, MISSION_FOLDERS));
  }
  return trees;
}
