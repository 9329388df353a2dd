/** Steps that many journeys take. */

import type { Machine } from "./machine.ts";
import { type Bounds, pulseUntil } from "./pulses.ts";
import type { Sight } from "./sight.ts";

/** Pulses until a feature is done. */
export function untilDone(machine: Machine, ...features: readonly string[]): Promise<Sight> {
  return untilStatus(machine, Object.fromEntries(features.map((feature) => [feature, "done"])));
}

/** Pulses until features have these statuses, as `Sight.of` prints them: `blocked (reverted)`. */
export function untilStatus(
  machine: Machine,
  wanted: Readonly<Record<string, string>>,
  bounds?: Bounds,
): Promise<Sight> {
  const words = Object.entries(wanted);
  const what = words.map(([feature, status]) => `${feature} is ${status}`).join(", ");
  return pulseUntil(machine, what, (sight) => words.every(([feature, status]) => sight.of(feature) === status), bounds);
}

/** Pulses until a mission asks for its signature, signs, and pulses until it is completed. */
export async function complete(machine: Machine, mission = "toy"): Promise<Sight> {
  const isAsked = ({ asks }: Sight) =>
    asks.some(({ about, text }) => about === mission && text.includes("Sign it off"));
  await pulseUntil(machine, "the mission's end waits for a signature", isAsked);
  await machine.must("approve", mission);
  return pulseUntil(machine, "the mission is completed", (sight) => sight.mission(mission).status === "completed");
}
