/** kill -9 of whichever process comes to a point, for every point that a scenario reaches and that leaves another disk. */

import type { PlannedFault } from "../../src/doors/faults/plan.ts";
import { distinct, killMoments } from "./kit/plan.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { printFault, runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

export const killLoop: Part = {
  name: "kill-loop",
  run: (options) => runScenarios("kill-loop", options, (course) => killTasks(course)),
};

/** One task for each kill of a course; of the processes of one command alone, when it is named. */
export function killTasks(course: Course, role?: string): readonly Task[] {
  const moments = killMoments(distinct(course.reached)).filter((each) => role === undefined || each.role === role);
  return moments.map(({ point, nth, phase }) => {
    const fault: PlannedFault = { point, nth, phase, do: "kill" };
    return { what: `${course.scenario.name}: ${printFault(fault)}`, run: () => tryOut(course, [fault]) };
  });
}
