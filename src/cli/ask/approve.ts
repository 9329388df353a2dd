import { type Command, type Context, printJson, textOption } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { recordAsPerson, refuseInsideRun } from "../control/control-records.ts";
import { tellAnswer } from "./answer.ts";
import { answerPlan, demandApprover, findAsk, refuseByHand } from "./answer-ask.ts";
import { overridePlan } from "./approve-override.ts";

export const command: Command = {
  name: "approve",
  summary: "say yes to an ask or a thing",
  group: "every day",
  arguments: [
    { usage: "<ask>", about: "its number, or the thing that it is about" },
    { usage: "[comment...]", about: "a word along with it" },
  ],
  options: [{ usage: "--override <reason>", about: "pass the thing against its verdict, for exactly what was judged" }],
  example: 'mission approve q7\nmission approve crm/foundation --override "The slow test fails on this machine only"',
  async run(context, args) {
    refuseInsideRun(context, "approve");
    const [word = "", ...rest] = args.words;
    const reason = textOption(args, "override");
    if (reason !== null) return override(context, word, reason.trim());
    const recorded = await recordAsPerson(context, (sight, person) => {
      demandApprover(sight, person);
      const ask = findAsk(sight.state, word, context.doors.clock.now());
      refuseByHand(ask);
      return answerPlan(ask, "approved", rest.join(" ").trim());
    });
    return tellAnswer(context, recorded, "approved");
  },
};

async function override(context: Context, word: string, reason: string): Promise<number> {
  if (reason === "")
    throw new CommandError("no-reason", "an override needs its reason", `mission approve ${word} --override "why"`);
  const { mission, result, commits } = await recordAsPerson(context, (sight, person) => {
    demandApprover(sight, person);
    return overridePlan(context.doors, sight, word, reason);
  });
  const { name, judged } = result;
  if (context.json)
    printJson(context, { schema: 1, mission: mission.id, thing: name, override: reason, judged, record: commits[0] });
  else context.screen.print(`${name} passed by you at ${judged.slice(0, 12)}: ${reason}`);
  return 0;
}
