/** The machine fails an effect: a full disk, a broken one, a read-only one, too many open files. Once for each of them at every point. */

import type { Errno, PlannedFault } from "../../src/doors/faults/plan.ts";
import { distinct } from "./kit/plan.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { printFault, runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

const ERRNOS: readonly Errno[] = ["ENOSPC", "EIO", "EROFS", "EMFILE"];

export const errnoLoop: Part = {
  name: "errno-loop",
  run: (options) => runScenarios("errno-loop", options, errnoTasks),
};

/** An error comes instead of the effect; what is done can fail in the telling only by an i/o error. */
export function errnoTasks(course: Course): readonly Task[] {
  return distinct(course.reached)
    .filter(({ family, phase }) => family !== "none" && phase !== "confirmed")
    .flatMap(({ point, nth, phase }) =>
      ERRNOS.filter((errno) => phase === "before" || errno === "EIO").map((errno) => {
        const fault: PlannedFault = { point, nth, phase, do: { throw: errno } };
        return { what: `${course.scenario.name}: ${printFault(fault)}`, run: () => tryOut(course, [fault]) };
      }),
    );
}
