import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { type Recorded, recordAsPerson, refuseInsideRun } from "../control/control-records.ts";
import { answerPlan, demandApprover, findAsk, type MeantAsk, refuseByHand } from "./answer-ask.ts";

export const command: Command = {
  name: "answer",
  summary: "answer a question",
  group: "every day",
  arguments: [
    { usage: "<ask>", about: "its number, such as q7 or crm/q7" },
    { usage: "<text...>", about: "the answer: the next run reads it" },
  ],
  options: [],
  example: 'mission answer q7 "Keep both; the old one is read only"',
  async run(context, args) {
    refuseInsideRun(context, "answer");
    const [word = "", ...rest] = args.words;
    const text = rest.join(" ").trim();
    if (text === "") throw new CommandError("no-answer", "the answer is empty", `mission answer ${word} "..."`);
    const recorded = await recordAsPerson(context, (sight, person) => {
      demandApprover(sight, person);
      const ask = findAsk(sight.state, word, context.doors.clock.now());
      refuseByHand(ask);
      if (!takesWords(ask)) {
        const { name } = ask;
        throw new CommandError(
          "yes-or-no",
          `${name} wants a yes or a no`,
          `mission approve ${name} or mission deny ${name} "why"`,
        );
      }
      return answerPlan(ask, "answer", text);
    });
    return tellAnswer(context, recorded, "answered");
  },
};

/** A question, and what goes on after any word of a person. */
function takesWords({ entry }: MeantAsk): boolean {
  return ["question", "permission", "stale"].includes(entry.asked.fact.ask);
}

/** Says what was recorded. */
export function tellAnswer(context: Context, { mission, result, commits }: Recorded<MeantAsk>, word: string): number {
  const { number, asked } = result.entry;
  if (context.json) {
    const { about, ask } = asked.fact;
    printJson(context, {
      schema: 1,
      mission: mission.id,
      ask: number,
      kind: ask,
      about,
      decision: word,
      record: commits[0],
    });
  } else context.screen.print(`${result.name} ${word}.`);
  return 0;
}
