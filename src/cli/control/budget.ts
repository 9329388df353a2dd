import { spliceValue } from "../../format/splice.ts";
import type { AskEntry } from "../../model/ledger.ts";
import type { MissionState } from "../../model/state.ts";
import { answerPlan } from "../ask/answer-ask.ts";
import { type Command, type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { readThingFile, resolveSaved, saveFileEdit, type ThingFile } from "../plan/edit-file.ts";
import { savedLine } from "../plan/save-world.ts";
import { nameOf, type Thing } from "../thing.ts";
import { convertHours, type Limit, parseLimits } from "./budget-limits.ts";
import { lookToWrite, recordAsPerson, refuseInsideRun } from "./control-records.ts";

export const command: Command = {
  name: "budget",
  summary: "change a limit",
  group: "change",
  arguments: [
    { usage: "<thing>", about: "a mission or a feature" },
    { usage: "<limit...>", about: "usd=250, hours=40, tokens=30M" },
  ],
  options: [],
  example: "mission budget crm usd=250 hours=40",
  async run(context, args) {
    refuseInsideRun(context, "change a budget");
    const [word = "", ...rest] = args.words;
    const typed = parseLimits(rest, word);
    const sight = await lookToWrite(context);
    const thing = resolveSaved(context, sight, word);
    const limits = limitsOf(thing, typed);
    const file = await readThingFile(context, sight, thing);
    const { path, branch, tip, mode, name } = file;
    const words = limits.map((limit) => `${limit.name}=${limit.text}`).join(" ");
    const files = new Map([[path, { mode, bytes: spliceLimits(file, limits) }]]);
    const { saved, notes, remote } = await saveFileEdit(context, sight, {
      branch,
      tip,
      files,
      message: `Budget of ${name}: ${words}`,
    });
    const answered = await answerAsks(context, thing, limits, words);
    if (context.json)
      printJson(context, {
        schema: 1,
        thing: name,
        limits: Object.fromEntries(limits.map((each) => [each.name, each.value])),
        saved,
        answered,
      });
    else
      context.screen.print(
        [
          ...(saved.length > 0 ? saved.map(savedLine(remote)) : [`${name} has ${words} already.`]),
          ...notes,
          ...answered.map((ask) => `${ask} answered.`),
        ].join("\n"),
      );
    return 0;
  },
};

function limitsOf(thing: Thing, typed: readonly Limit[]): readonly Limit[] {
  if (thing.kind === "mission") return typed.map((limit) => convertHours(limit, "hours"));
  if (thing.kind === "feature") return typed.map((limit) => convertHours(limit, "minutes"));
  const next = "mission" in thing ? `mission budget ${thing.mission.id} usd=250` : "mission edit";
  throw new CommandError("no-budget", `a ${thing.kind} has no budget of its own: ${nameOf(thing)}`, next);
}

function spliceLimits({ name, path, bytes }: ThingFile, limits: readonly Limit[]): Uint8Array {
  let now = bytes;
  for (const limit of limits) {
    const spliced = spliceValue(now, ["budget", limit.name], limit.text);
    if (!spliced.ok) {
      const { code, line, message } = spliced.reason;
      throw new CommandError(code, `${path}:${line}: ${message}`, `mission edit ${name}`, 1);
    }
    now = spliced.bytes;
  }
  return now;
}

/** What asked for more is answered by more. Answers the names of the asks. */
async function answerAsks(context: Context, thing: Thing, limits: readonly Limit[], words: string): Promise<string[]> {
  const about = thing.kind === "feature" ? thing.feature.id : null;
  const done: string[] = [];
  if (!("mission" in thing)) return done;
  const listAsks = ({ openAsks }: MissionState) => openAsks.filter((ask) => isRaised(ask, about, limits));
  for (const { number } of listAsks(thing.mission)) {
    const { result } = await recordAsPerson(context, ({ state }) => {
      const mission = state.missions.find(({ id }) => id === thing.mission.id);
      // The raise itself may have closed it: it is bound to the limit that was.
      const entry = mission?.ledger.asks.find((ask) => ask.number === number);
      if (!mission || !entry || entry.answered)
        throw new CommandError("answered", `q${number} is answered already`, "mission inbox", 1);
      return answerPlan({ mission, entry, name: `${mission.id}/q${number}` }, "approved", words);
    });
    done.push(result.name);
  }
  return done;
}

/** An ask is bound to a part and its limit, such as `usd 200`. */
function isRaised({ asked: { fact } }: AskEntry, about: string | null, limits: readonly Limit[]): boolean {
  if (fact.ask !== "budget" || fact.about !== about) return false;
  const [part = "", limit = ""] = fact.boundTo.split(" ");
  return limits.some(
    ({ name, value }) => (name === part || (name === "minutes" && part === "hours")) && value > Number(limit),
  );
}
