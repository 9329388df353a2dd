import type { Command } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { recordAsPerson, refuseInsideRun } from "../control/control-records.ts";
import { tellAnswer } from "./answer.ts";
import { answerPlan, demandApprover, findAsk } from "./answer-ask.ts";

export const command: Command = {
  name: "deny",
  summary: "say no, with the reason",
  group: "every day",
  arguments: [
    { usage: "<ask>", about: "its number, or the thing that it is about" },
    { usage: "[why...]", about: "the reason: the next run reads it" },
  ],
  options: [],
  example: 'mission deny q7 "The form loses what was typed"',
  async run(context, args) {
    refuseInsideRun(context, "deny");
    const [word = "", ...rest] = args.words;
    const why = rest.join(" ").trim();
    if (why === "")
      throw new CommandError("no-reason", "a no without a reason helps nobody", `mission deny ${word} "why"`);
    const recorded = await recordAsPerson(context, (sight, person) => {
      demandApprover(sight, person);
      return answerPlan(findAsk(sight.state, word, context.doors.clock.now()), "denied", why);
    });
    return tellAnswer(context, recorded, "denied");
  },
};
