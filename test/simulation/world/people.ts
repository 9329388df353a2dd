/** People of a world: they type the real commands, and they use git as people do. */

import { command as answer } from "../../../src/cli/ask/answer.ts";
import { command as approve } from "../../../src/cli/ask/approve.ts";
import { command as deny } from "../../../src/cli/ask/deny.ts";
import type { Command, Context } from "../../../src/cli/command.ts";
import { CommandError } from "../../../src/cli/command-error.ts";
import { command as pause } from "../../../src/cli/control/pause.ts";
import { command as resume } from "../../../src/cli/control/resume.ts";
import { command as retry } from "../../../src/cli/control/retry.ts";
import { command as stop } from "../../../src/cli/control/stop.ts";
import { look } from "../../../src/cli/read/look.ts";
import type { AskEntry } from "../../../src/model/ledger.ts";
import type { State } from "../../../src/model/state.ts";
import { silentScreen } from "../../cli/mission-command.ts";
import type { Actor } from "./actor.ts";
import {
  budgetEdit,
  type Change,
  commitOn,
  deleteLedger,
  editFeature,
  findPlace,
  mergeByHand,
  rebaseHome,
  revertLanding,
  typeUnsaved,
} from "./people-git.ts";
import type { MissionPlan } from "./plan.ts";
import type { Site, World } from "./world.ts";

export interface Person {
  world: World;
  site: Site;
  actor: Actor;
  name: string;
}

const IDEAS = {
  respond: 10,
  edit: 3,
  unsaved: 2,
  pause: 1,
  resume: 2,
  stop: 1,
  retry: 2,
  revert: 2,
  rebase: 1,
  code: 4,
  "take ledger": 0.2,
} as const;

/** One thing that a person does, whatever comes to mind. */
export async function haveIdea(person: Person): Promise<void> {
  const { world } = person;
  const { chance, plan } = world;
  const idea = chance.weigh(IDEAS);
  const mission = chance.pick(plan.missions);
  world.schedule.note(`${person.site.host.name} ${person.name} has an idea: ${idea} ${mission.id}`);
  world.counters.add(`person: ${idea}`);
  switch (idea) {
    case "respond":
      return void (await respond(person, { isWhimsical: true }));
    case "edit":
      return editFeature(person, mission);
    case "unsaved":
      return typeUnsaved(person, mission);
    case "pause":
      return say(person, pause, [mission.id]);
    case "resume":
      return say(person, resume, [mission.id]);
    case "stop":
      return say(person, stop, [`${mission.id}/${chance.pick(mission.features)}`]);
    case "retry":
      return say(person, retry, [`${mission.id}/${chance.pick(mission.features)}`]);
    case "revert":
      return revertLanding(person, mission);
    case "rebase":
      return rebaseHome(person, mission);
    case "code":
      return commitCode(person, mission);
    case "take ledger":
      return deleteLedger(person, mission);
  }
}

async function commitCode(person: Person, mission: MissionPlan): Promise<void> {
  const { chance } = person.world;
  const text = `by a person at ${person.site.host.now()}\n`;
  const change: Change = { path: chance.pick(["README.md", "shared.txt", "person.txt"]), text };
  await commitOn(person, await findPlace(person, mission), [change], "A person's own work");
}

export interface ResponseOptions {
  /** Says no at times, and does not answer everything. */
  isWhimsical: boolean;
}

/** Answers what waits. Tells how many answers were given. */
export async function respond(person: Person, { isWhimsical }: ResponseOptions): Promise<number> {
  const { world } = person;
  const state = await lookAround(person);
  let given = 0;
  for (const mission of state?.missions ?? []) {
    for (const ask of mission.openAsks) {
      if (isWhimsical && world.chance.happens(0.3)) continue;
      const isNo = isWhimsical && world.chance.happens(0.2);
      if (await answerAsk(person, mission.id, ask, isNo)) given += 1;
    }
  }
  return given;
}

async function answerAsk(person: Person, mission: string, ask: AskEntry, isNo: boolean): Promise<boolean> {
  const name = `${mission}/q${ask.number}`;
  const { fact } = ask.asked;
  person.world.counters.add(`asked: ${fact.ask}`);
  switch (fact.ask) {
    case "question":
    case "stale":
      await say(person, answer, [name, "Take", "the", "first"]);
      return true;
    case "budget":
      await budgetEdit(person, mission, fact);
      return true;
    case "follow":
    case "merge":
      return mergeByHand(person, mission, fact);
    default:
      await (isNo ? say(person, deny, [name, "Not", "yet"]) : say(person, approve, [name]));
      return true;
  }
}

/** Lifts what a person put on missions, when all is to come to its end. */
export async function liftControls(person: Person): Promise<void> {
  const { world } = person;
  for (const mission of world.plan.missions) {
    await say(person, resume, [mission.id]);
    for (const feature of mission.features) await say(person, resume, [`${mission.id}/${feature}`]);
  }
}

async function lookAround(person: Person): Promise<State | null> {
  try {
    return (await look(contextOf(person), { fetch: true })).state;
  } catch (error) {
    if (error instanceof CommandError) return null;
    throw error;
  }
}

/** Types a command. What it refuses is told to the person and no fault. */
async function say(person: Person, command: Command, words: readonly string[]): Promise<void> {
  const { schedule } = person.world;
  const line = `${person.site.host.name} ${person.name}: mission ${command.name} ${words.join(" ")}`;
  try {
    const code = await command.run(contextOf(person), { words, options: {} });
    schedule.note(`${line}: ${code}`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    schedule.note(`${line}: ${error.message}`);
  }
}

function contextOf({ actor, site }: Person): Context {
  return { doors: actor.doors, cwd: site.checkout, env: actor.doors.env, screen: silentScreen([], []), json: false };
}
