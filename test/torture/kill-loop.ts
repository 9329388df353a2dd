/** kill -9 of whichever process comes to a point, for every point that a scenario reaches, before, during and after. */

import type { Phase, PlannedFault } from "../../src/doors/faults/plan.ts";
import { distinct } from "./kit/plan.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { printFault, runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

export const killLoop: Part = {
  name: "kill-loop",
  run: (options) => runScenarios("kill-loop", options, (course) => killTasks(course)),
};

/** One task for each point of a course; of one phase when it is named. */
export function killTasks(course: Course, phase?: Phase): readonly Task[] {
  return distinct(course.reached)
    .filter((reached) => phase === undefined || reached.phase === phase)
    .map(({ point, nth, phase }) => {
      const fault: PlannedFault = { point, nth, phase, do: "kill" };
      return { what: `${course.scenario.name}: ${printFault(fault)}`, run: () => tryOut(course, [fault]) };
    });
}
