/**
 * The end of a world in which faults have stopped: people answer what they are asked, and after a bounded number of pulses
 * everything is finished or waits with a reason, and one pulse more does nothing.
 */

import { deriveState } from "../../../src/derive/state.ts";
import { observe } from "../../../src/observe/observe.ts";
import { statusJson } from "../../../src/view/status-json.ts";
import { liftControls, respond } from "./people.ts";
import { saveUnsaved } from "./people-git.ts";
import type { Site, World } from "./world.ts";

const STEP_MS = 30_000;
const MOST_STEPS = 4_000_000;
/** Pulses with an effect, of all hosts together: a mission of four features takes some dozens. */
const MOST_PULSES = 200;
const MOST_ROUNDS = 40;

/** Answers what keeps the world from its end. */
export async function settleDown(world: World, isQuiet: () => boolean): Promise<string[]> {
  const { schedule, plan } = world;
  world.isCalm = true;
  for (const { host } of world.liveSites) host.thaw();
  while (world.arrivals > 0) await schedule.run(schedule.now + STEP_MS, MOST_STEPS);
  await act(world, async (_site, person) => {
    await saveUnsaved(person);
    await liftControls(person);
  });
  const most = world.effectivePulses + MOST_PULSES;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const isAtRest = await untilQuiet(world, () => isQuiet() || world.effectivePulses > most);
    if (world.effectivePulses > most) return [`${MOST_PULSES} pulses did something, and it is not over`];
    if (!isAtRest) return [`not at rest at ${Math.round(plan.endAt / 60_000)} minutes: ${await tell(world)}`];
    let given = 0;
    await act(world, async (_site, person) => {
      given = await respond(person, { isWhimsical: false });
    });
    // A ledger that a person took away waits for `mission doctor`, and its runs with it.
    if (given === 0 && world.deeds.has("took a ledger away")) return [];
    if (given === 0) return [...(await checkParked(world)), ...(await checkIdle(world))];
  }
  return [`people answered ${MOST_ROUNDS} times and are still asked: ${await tell(world)}`];
}

async function untilQuiet(world: World, isOver: () => boolean): Promise<boolean> {
  const { schedule, plan } = world;
  while (schedule.now < plan.endAt) {
    const end = await schedule.run(schedule.now + STEP_MS, MOST_STEPS);
    if (end === "steps") return false;
    if (isOver()) return true;
  }
  return false;
}

type Work = (site: Site, person: Parameters<typeof respond>[0]) => Promise<void>;

/** Somebody does something, and time goes on until it is done. */
async function act(world: World, work: Work): Promise<void> {
  const site = world.liveSites[0];
  if (site === undefined) throw new Error("no machine is left");
  const name = "Person1";
  const process = world.startActor(site, name, (actor) => work(site, { world, site, actor, name }));
  while (!process.isDead) await world.schedule.run(world.schedule.now + STEP_MS, MOST_STEPS);
}

/** What a person would read, of each mission. */
async function readStatus(world: World): Promise<ReturnType<typeof statusJson>> {
  let status: ReturnType<typeof statusJson> | null = null;
  await act(world, async (_site, { actor }) => {
    status = statusJson(deriveState(await observe(actor.doors)), []);
  });
  if (status === null) throw new Error("nobody could look");
  return status;
}

/** Each mission is over, or says why it is not and what would move it. */
async function checkParked(world: World): Promise<string[]> {
  const { missions, runs } = await readStatus(world);
  const faults = runs.map(({ id }) => `${id} is said to run, and nothing runs`);
  for (const mission of missions) {
    world.counters.add(`ends ${mission.status}`);
    if (mission.status === "completed" || mission.status === "cancelled" || mission.status === "gone") continue;
    const { code, message, next } = mission.condition;
    if (code === "" || message === "" || (next === null && !hasNext(mission)))
      faults.push(
        `${mission.id} is ${mission.status} (${code}: ${message}) and nothing would move it\n${printFeatures(mission)}`,
      );
  }
  return faults;
}

function printFeatures({ milestones }: ReturnType<typeof statusJson>["missions"][number]): string {
  const features = milestones.flatMap((milestone) => milestone.features);
  return features
    .map(({ id, status, condition }) => `  ${id} ${status} (${condition.code}: ${condition.message})`)
    .join("\n");
}

function hasNext(mission: ReturnType<typeof statusJson>["missions"][number]): boolean {
  return JSON.stringify(mission).includes('"next":"');
}

/** A full pulse of each host, with nothing to do, writes nothing. */
async function checkIdle(world: World): Promise<string[]> {
  const faults: string[] = [];
  world.isStill = true;
  for (const site of world.liveSites) {
    const before = footprint(world, site);
    const process = world.startPulse(site);
    while (!process.isDead) await world.schedule.run(world.schedule.now + STEP_MS, MOST_STEPS);
    const after = footprint(world, site);
    if (before !== after) faults.push(`a pulse of ${site.host.name} with nothing to do wrote something`);
  }
  return faults;
}

function footprint({ moves }: World, { host, repository }: Site): string {
  return JSON.stringify([moves.length, host.state.writes, [...repository.refs]]);
}

async function tell(world: World): Promise<string> {
  const { missions } = await readStatus(world);
  return missions
    .map(({ id, status, condition }) => `${id} ${status} (${condition.code}: ${condition.message})`)
    .join("; ");
}
