/** What a pulse that lives on does with runs that never began: nobody else would ever take them for dead. */

import { expect, test } from "vitest";
import { pulse } from "../../src/pulse.ts";
import { endWell } from "./kit/end-well.ts";
import { pulseUntil } from "./kit/pulses.ts";
import { aWorld } from "./kit/world.ts";

test("a run whose process can't be started is lost at once, and tried again", async () => {
  const { machine } = aWorld({ mission: { milestones: { first: { a: {} } } } });
  await machine.withDoors(async (doors) => {
    const program = { ...doors.program, node: "/nowhere/node" };
    const { applied } = await pulse(Object.create(doors, { program: { value: program } }), { maxDispatches: 1 });
    expect(applied).toContainEqual(
      expect.objectContaining({
        applied: expect.objectContaining({ kind: "failed", reason: expect.stringContaining("could not be started") }),
      }),
    );
  });
  // This process is the one that the order still names, and it lives.
  const sight = await pulseUntil(machine, "a is done", (seen) => seen.feature("a").status === "done");
  expect(sight.feature("a").attempt).toBeGreaterThan(1);
  await endWell(machine);
});
