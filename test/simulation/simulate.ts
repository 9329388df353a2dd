/** One seed from its beginning to its end: the world, what befalls it, and what was found in it. */

import { Chance } from "./time/chance.ts";
import type { Process } from "./time/schedule.ts";
import { Counters } from "./world/counters.ts";
import { examine, examineWork } from "./world/examine.ts";
import { planFaults } from "./world/faults.ts";
import { settleDown } from "./world/liveness.ts";
import { haveIdea } from "./world/people.ts";
import { drawPlan, type Mode, type PlanWords } from "./world/plan.ts";
import { type Site, World } from "./world/world.ts";

export interface SimulateOptions {
  seed: number;
  mode: Mode;
  size?: PlanWords["size"];
  trace?: (line: string) => void;
}

export interface Simulated {
  seed: number;
  violations: readonly string[];
  counters: Counters;
  steps: number;
  /** Virtual milliseconds. */
  lasted: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** How often somebody looks whether anything is left to happen. */
const LOOK_MS = 2 * MINUTE;
/** Where nothing has come to its end in two hours, only waiting for long times is left. */
const SLOW_PULSE_MS = 10 * MINUTE;
/** Longer than anything waits: money that comes with the next day, on a clock that is hours off. */
const REST_MS = 30 * HOUR;
/** A world that takes more steps than this goes round in circles. */
const MOST_STEPS = 400_000;
const MOST_PULSES_AT_ONCE = 2;

export async function simulate({ seed, mode, size = "small", trace }: SimulateOptions): Promise<Simulated> {
  const plan = drawPlan(new Chance(seed), { mode, size });
  const world = new World({ seed: seed + 1_000_003, plan, trace: trace ?? null });
  const pulsers = new Map<Site, Pulser>();
  const begin = (site: Site): void => {
    pulsers.set(site, keepPulsing(world, site));
    planFaults(world, site, begin);
  };
  for (const site of world.sites) begin(site);
  planIdeas(world);
  const violations: string[] = [];
  const isCircling = await runOn(world, mode, () => isQuiet(world, pulsers));
  if (isCircling) violations.push(`after ${MOST_STEPS} steps it is still going on`);
  if (mode === "liveness" && violations.length === 0) {
    violations.push(...(await settleDown(world, () => isQuiet(world, pulsers))));
    if (violations.length === 0) violations.push(...examineWork(world));
  }
  violations.push(...(await examine(world)));
  const counters = new Counters();
  counters.addAll(world.counters);
  return { seed, violations, counters, steps: world.schedule.steps, lasted: world.schedule.now };
}

/** To the moment when faults end; for the sake of safety alone, on from there until nothing more happens or the time is over. */
async function runOn({ schedule, plan }: World, mode: Mode, isOver: () => boolean): Promise<boolean> {
  let end = await schedule.run(plan.calmAt, MOST_STEPS);
  while (mode === "safety" && end === "time" && schedule.now < plan.endAt && !isOver())
    end = await schedule.run(schedule.now + LOOK_MS, MOST_STEPS);
  return end === "steps";
}

interface Pulser {
  running: Set<Process>;
}

/** Pulses as cron starts them, whether or not the last one is through. */
function keepPulsing(world: World, site: Site): Pulser {
  const { schedule, chance, plan } = world;
  const pulser: Pulser = { running: new Set() };
  const pulse = (): void => {
    if (site.host.isGone || world.isStill) return;
    if (!site.host.isFrozen && pulser.running.size < MOST_PULSES_AT_ONCE && !world.isIdle(site)) {
      const process = world.startPulse(site);
      pulser.running.add(process);
      process.onEnd.push(() => pulser.running.delete(process));
    }
    const isLong = world.isCalm && schedule.now > plan.calmAt + 2 * HOUR;
    const everyMs = isLong ? SLOW_PULSE_MS : plan.pulseEveryMs;
    schedule.at(schedule.now + everyMs * (0.5 + chance.next()), null, pulse);
  };
  schedule.at(schedule.now + chance.below(plan.pulseEveryMs), null, pulse);
  return pulser;
}

/**
 * Nothing runs, and nothing but a person would change anything: so the last answers say, or nothing has moved for longer than
 * anything waits. What is in the way of a pulse may be tried again and again.
 */
function isQuiet(world: World, pulsers: ReadonlyMap<Site, Pulser>): boolean {
  const { schedule, plan, moves, arrivals } = world;
  if (arrivals > 0) return false;
  const isLong = schedule.now - Math.max(plan.calmAt, moves.at(-1)?.at ?? 0) > REST_MS;
  return world.liveSites.every((site) => {
    const { host } = site;
    if (host.processes.some(({ name }) => name !== "pulse") || (pulsers.get(site)?.running.size ?? 0) > 0) return false;
    return isLong || (host.state.lastAnswer?.until === null && world.isIdle(site));
  });
}

function planIdeas(world: World): void {
  const { schedule, chance, plan } = world;
  const count = Math.round((plan.people * plan.calmAt) / HOUR);
  for (let index = 0; index < count; index += 1) {
    schedule.at(chance.below(plan.calmAt), null, () => {
      const site = chance.pick(world.liveSites.length > 0 ? world.liveSites : world.sites);
      if (site.host.isGone || site.host.isFrozen) return;
      const name = `Person${(index % 2) + 1}`;
      world.startActor(site, name, (actor) => haveIdea({ world, site, actor, name }));
    });
  }
}
