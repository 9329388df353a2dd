import { deriveControl } from "../../derive/control.ts";
import type { MissionState } from "../../model/state.ts";
import { type Command, type Context, hasFlag } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { control, controlMissions, demandOne, tellControl } from "./control.ts";
import { cannotCoordinate, lookToWrite, refuseInsideRun } from "./control-records.ts";
import { type ControlTarget, findTarget } from "./control-target.ts";
import { lowerStop } from "./stop-everything.ts";

export const command: Command = {
  name: "resume",
  summary: "lift a pause, stop or quarantine",
  group: "change",
  arguments: [{ usage: "[thing]", about: "what was held back; the only mission without it" }],
  options: [{ usage: "--all", about: "lift a stop of everything, and what holds whole missions back" }],
  example: "mission resume crm/auth",
  async run(context, args) {
    refuseInsideRun(context, "resume");
    const [word] = args.words;
    demandOne(word, hasFlag(args, "all"), "resume");
    return hasFlag(args, "all") ? resumeEverything(context) : resumeThing(context, word);
  },
};

async function resumeEverything(context: Context): Promise<number> {
  const { state } = context.doors;
  const reason = await lowerStop(context);
  if (reason !== null) throw cannotCoordinate(`the stop could not be lifted: ${reason}`);
  state.setStopped(false);
  const missions = await controlMissions(context, "resume", ({ id, ledger }) => isHeld(ledger, id));
  tellControl(
    context,
    "resume",
    ["everything", ...missions],
    ["What was stopped or quarantined by its own name stays so: mission status"],
  );
  return 0;
}

async function resumeThing(context: Context, word: string | undefined): Promise<number> {
  const { state } = await lookToWrite(context);
  const target = findTarget(state, "resume", word);
  if (!target.missions.some(({ ledger }) => isHeld(ledger, target.target))) throw notHeld(target);
  await control(context, "resume", word);
  const more = state.stopped ? ["Everything is stopped all the same: mission resume --all"] : [];
  tellControl(context, "resume", [target.target], more);
  return 0;
}

function isHeld(ledger: MissionState["ledger"], target: string): boolean {
  const { paused, stopped, quarantined } = deriveControl(ledger, target);
  return paused || stopped || quarantined;
}

/** What holds it back instead, where that can be seen. */
function notHeld({ target, missions }: ControlTarget): CommandError {
  const message = `${target} is not paused, stopped or quarantined`;
  const [mission] = missions;
  if (!mission) return new CommandError("not-held", message, "mission status");
  const above = target !== mission.id && isHeld(mission.ledger, mission.id) ? mission.id : null;
  if (above) return new CommandError("not-held", `${message}: ${above} is`, `mission resume ${above}`);
  if (mission.document?.status === "paused")
    return new CommandError("not-held", `${message}: its file says paused`, `mission start ${mission.id}`);
  const feature = mission.milestones
    .flatMap(({ features }) => features)
    .find(({ id }) => target === `${mission.id}/${id}`);
  return new CommandError("not-held", message, feature?.condition.next ?? `mission show ${target}`);
}
