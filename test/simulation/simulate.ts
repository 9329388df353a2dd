/** One seed from its beginning to its end: the world, what befalls it, and what was found in it. */

import { isMemoryUnchanged } from "./doors/quick-look.ts";
import { Chance } from "./time/chance.ts";
import type { Process } from "./time/schedule.ts";
import { Counters } from "./world/counters.ts";
import { examine, examineWork } from "./world/examine.ts";
import { planFaults } from "./world/faults.ts";
import { settleDown } from "./world/liveness.ts";
import { haveIdea } from "./world/people.ts";
import { drawPlan, type Mode, type PlanWords } from "./world/plan.ts";
import { BUILD, type Site, World } from "./world/world.ts";

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
  const end = await world.schedule.run(mode === "safety" ? plan.endAt : plan.calmAt, MOST_STEPS);
  if (end === "steps") violations.push(`after ${MOST_STEPS} steps it is still going on`);
  if (mode === "liveness" && violations.length === 0) {
    violations.push(...(await settleDown(world, () => isQuiet(world, pulsers))));
    if (violations.length === 0) violations.push(...examineWork(world));
  }
  violations.push(...(await examine(world)));
  const counters = new Counters();
  counters.addAll(world.counters);
  return { seed, violations, counters, steps: world.schedule.steps, lasted: world.schedule.now };
}

interface Pulser {
  running: Set<Process>;
}

/** Pulses as cron starts them, whether or not the last one is through. */
function keepPulsing(world: World, site: Site): Pulser {
  const { schedule, chance, plan } = world;
  const pulser: Pulser = { running: new Set() };
  const pulse = (): void => {
    if (site.host.isGone) return;
    if (!site.host.isFrozen && pulser.running.size < MOST_PULSES_AT_ONCE) {
      const process = world.startPulse(site);
      pulser.running.add(process);
      process.onEnd.push(() => pulser.running.delete(process));
    }
    schedule.at(schedule.now + plan.pulseEveryMs * (0.5 + chance.next()), null, pulse);
  };
  schedule.at(schedule.now + chance.below(plan.pulseEveryMs), null, pulse);
  return pulser;
}

/** Nothing runs and nothing but a person would change anything. */
function isQuiet(world: World, pulsers: ReadonlyMap<Site, Pulser>): boolean {
  return world.liveSites.every((site) => {
    const busy = site.host.processes.some(({ name }) => name !== "pulse") || (pulsers.get(site)?.running.size ?? 0) > 0;
    return !busy && site.host.state.lastAnswer?.until === null && isMemoryUnchanged(world.quickLookOf(site), BUILD);
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
