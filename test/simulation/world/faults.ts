/** What befalls machines: they lose power, are stopped and thawed, vanish for good, and their clocks jump. */

import type { Site, World } from "./world.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Draws when what befalls a machine until all is calm. `onNew` is told of a machine that takes the place of a lost one. */
export function planFaults(world: World, site: Site, onNew: (site: Site) => void): void {
  const { schedule, plan } = world;
  const { reboots, freezes, vanishes, clockJumps } = plan.faults;
  for (const at of drawTimes(world, reboots)) schedule.at(at, null, () => reboot(world, site));
  for (const at of drawTimes(world, freezes)) schedule.at(at, null, () => freeze(world, site));
  for (const at of drawTimes(world, clockJumps)) schedule.at(at, null, () => jump(world, site));
  const [vanishAt] = drawTimes(world, vanishes);
  if (vanishAt !== undefined) schedule.at(vanishAt, null, () => vanish(world, site, onNew));
}

function drawTimes({ chance, plan, schedule }: World, anHour: number): number[] {
  const left = Math.max(0, plan.calmAt - schedule.now);
  const times: number[] = [];
  for (let expected = (anHour * left) / HOUR; expected > 0; expected -= 1) {
    if (chance.happens(Math.min(1, expected))) times.push(schedule.now + chance.below(left + 1));
  }
  return times.sort((a, b) => a - b);
}

function reboot({ schedule, counters, isCalm }: World, { host }: Site): void {
  if (host.isGone || isCalm) return;
  schedule.note(`${host.name} loses power`);
  counters.add("machine rebooted");
  host.reboot();
}

function freeze(world: World, { host }: Site): void {
  const { schedule, counters, chance } = world;
  if (host.isGone || host.isFrozen || world.isCalm) return;
  schedule.note(`${host.name} is stopped`);
  counters.add("machine frozen");
  host.freeze();
  schedule.at(schedule.now + chance.between(1, 25) * MINUTE, null, () => {
    schedule.note(`${host.name} goes on`);
    host.thaw();
  });
}

function jump({ schedule, counters, chance, isCalm }: World, { host }: Site): void {
  if (host.isGone || isCalm) return;
  const ms = chance.pick([-3 * HOUR, -20 * MINUTE, -30_000, 30_000, 20 * MINUTE, 3 * HOUR]);
  schedule.note(`the clock of ${host.name} jumps by ${ms / 1_000} s`);
  counters.add(ms < 0 ? "clock went back" : "clock went ahead");
  host.ahead += ms;
}

function vanish(world: World, { host }: Site, onNew: (site: Site) => void): void {
  const { schedule, counters, chance } = world;
  if (host.isGone || world.isCalm) return;
  schedule.note(`${host.name} is gone for good`);
  counters.add("machine vanished");
  host.vanish();
  world.deeds.add("lost a machine");
  world.arrivals += 1;
  schedule.at(schedule.now + chance.between(1, 15) * MINUTE, null, () => {
    world.arrivals -= 1;
    onNew(world.addSite());
  });
}
