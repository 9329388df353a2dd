import { thingName } from "../../model/ids.ts";
import type { State } from "../../model/state.ts";
import { type Command, type Context, hasFlag, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { look } from "../read/look.ts";
import { control, demandOne } from "./control.ts";
import { refuseInsideRun } from "./control-records.ts";
import { type ControlTarget, findTarget, listForeignRuns } from "./control-target.ts";
import { raiseStop } from "./stop-everything.ts";
import { endLocal, type LocalEnd } from "./stop-local.ts";

export const command: Command = {
  name: "stop",
  summary: "end its runs; answers when they are gone",
  group: "change",
  arguments: [
    {
      usage: "[thing]",
      about:
        "a mission, milestone, feature or agent:NAME; the only mission without it. Of a run alone the feature begins a new one",
    },
  ],
  options: [{ usage: "--all", about: "everything, on every host" }],
  example: "mission stop crm/auth\nmission stop --all",
  async run(context, args) {
    refuseInsideRun(context, "stop");
    const [word] = args.words;
    demandOne(word, hasFlag(args, "all"), "stop");
    return hasFlag(args, "all") ? stopEverything(context) : stopThing(context, word);
  },
};

/** The runs here end first, whether or not anybody else can be told. */
async function stopEverything(context: Context): Promise<number> {
  const { doors } = context;
  doors.state.setStopped(true);
  const [end, raised] = await Promise.all([endLocal(doors, () => true, "everything is stopped"), raiseStop(context)]);
  tell(context, "everything", end, []);
  if (raised === null) return 0;
  context.screen.warn(
    `mission: this host is stopped, but others could not be told: ${raised}\nnext: mission doctor, then mission stop --all`,
  );
  return 4;
}

async function stopThing(context: Context, word: string | undefined): Promise<number> {
  try {
    const { target } = await control(context, "stop", word);
    const end = await endLocal(context.doors, target.isConcerned, `${target.target} is stopped`);
    const { state } = await look(context);
    tell(context, target.target, end, listForeignRuns(state, target.isConcerned), featureOfRun(state, target.target));
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== 4) throw error;
    const target = await findOffline(context, word);
    await endLocal(context.doors, target.isConcerned, `${target.target} is stopped`);
    throw new CommandError(
      error.code,
      `the runs of ${target.target} here are gone, but it is not recorded: ${error.message}`,
      error.next,
      4,
    );
  }
}

async function findOffline(context: Context, word: string | undefined): Promise<ControlTarget> {
  return findTarget((await look(context, { fetch: false })).state, "stop", word);
}

/** `crm/schema` where the target is a run of it: that run is over, and its feature is still wanted. */
function featureOfRun({ missions }: State, target: string): string | null {
  for (const { id, ledger } of missions) {
    const about = ledger.runs.get(target)?.claim.fact.about;
    if (about?.kind === "feature") return thingName(id, about.feature);
  }
  return null;
}

function tell(
  context: Context,
  target: string,
  { ended, killed }: LocalEnd,
  foreign: readonly string[],
  feature: string | null = null,
): void {
  if (context.json) {
    printJson(context, { schema: 1, action: "stop", targets: [target], ended, killed, elsewhere: foreign });
    return;
  }
  const runs = ended.length + killed.length;
  const here =
    runs === 0 ? "no run of it was live here" : `${runs === 1 ? "its run here is" : `its ${runs} runs here are`} gone`;
  const lines = [`Stopped: ${target}; ${here}.`];
  if (killed.length > 0) lines.push(`Killed after 10 s: ${killed.join(", ")}. The next pulse keeps their work.`);
  if (foreign.length > 0) lines.push(`On other hosts, ending as soon as they look: ${foreign.join(", ")}.`);
  const goesOn =
    feature === null
      ? `To go on: mission resume ${target === "everything" ? "--all" : target}`
      : `The next pulse begins a new run of ${feature}. To hold it: mission stop ${feature}`;
  context.screen.print([...lines, goesOn].join("\n"));
}
