/** Control records: pause, resume, stop, quarantine, retry, in the ledger of each mission that they concern. */

import type { ControlAction } from "../../model/record.ts";
import type { MissionState, State } from "../../model/state.ts";
import { type Context, printJson } from "../command.ts";
import { CommandError } from "../command-error.ts";
import { lookToWrite, recordAsPerson } from "./control-records.ts";
import { type ControlTarget, findTarget } from "./control-target.ts";

export interface Controlled {
  target: ControlTarget;
  /** Missions whose ledger has it now. */
  missions: readonly string[];
}

/** Puts an action on what a word names. */
export async function control(
  context: Context,
  action: ControlAction,
  word: string | undefined,
  body = "",
): Promise<Controlled> {
  const { state } = await lookToWrite(context);
  const first = findTarget(state, action, word);
  if (first.missions.length === 0) {
    throw new CommandError("not-started", "no mission has begun, so nobody could be told", "mission start MISSION");
  }
  return { target: first, missions: await controlEach(context, action, first, { word, body }) };
}

async function controlEach(
  context: Context,
  action: ControlAction,
  { missions }: ControlTarget,
  { word, body }: { word: string | undefined; body: string },
): Promise<string[]> {
  for (const { id } of missions) {
    await recordAsPerson(context, ({ state }) => {
      // Looked for anew: what it names may be gone since.
      const { target, missions: now } = findTarget(state, action, word);
      const mission = now.find((other) => other.id === id) ?? missingMission(id);
      return { mission, records: [{ fact: { kind: "control", target, action }, body }], result: null };
    });
  }
  return missions.map(({ id }) => id);
}

/** Puts an action on whole missions, one after the other. */
export async function controlMissions(
  context: Context,
  action: ControlAction,
  wanted: (mission: MissionState) => boolean,
): Promise<string[]> {
  const { state } = await lookToWrite(context);
  const done: string[] = [];
  for (const { id } of begun(state).filter(wanted)) {
    await recordAsPerson(context, (sight) => {
      const mission = sight.state.missions.find((other) => other.id === id) ?? missingMission(id);
      return { mission, records: [{ fact: { kind: "control", target: id, action }, body: "" }], result: null };
    });
    done.push(id);
  }
  return done;
}

function begun({ missions }: State): readonly MissionState[] {
  return missions.filter(
    ({ ledger, status }) => ledger.created !== null && !["completed", "cancelled", "gone"].includes(status),
  );
}

function missingMission(id: string): never {
  throw new CommandError("gone", `${id} is gone`, "mission status", 1);
}

/** `--all` names everything, a word one thing. */
export function demandOne(word: string | undefined, all: boolean, verb: string): void {
  if (word !== undefined && all)
    throw new CommandError("wrong-use", `--all is everything, ${word} is one thing`, `mission ${verb} ${word}`);
}

export function tellControl(
  context: Context,
  action: ControlAction,
  targets: readonly string[],
  more: readonly string[] = [],
): void {
  if (context.json) printJson(context, { schema: 1, action, targets });
  else context.screen.print([`${WORDS[action]}: ${targets.join(", ")}`, ...more].join("\n"));
}

const WORDS: Readonly<Record<ControlAction, string>> = {
  pause: "Paused",
  resume: "Resumed",
  stop: "Stopped",
  quarantine: "Quarantined",
  retry: "Tried again at the next pulse",
};
