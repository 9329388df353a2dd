/** An answer that comes too late, is lost on the way, or says what is not so. */

import type { FaultAction, PlannedFault } from "../../src/doors/faults/plan.ts";
import { distinct, type Reached } from "./kit/plan.ts";
import { type Course, tryOut } from "./kit/trial.ts";
import { printFault, runScenarios, type Task } from "./loop.ts";
import type { Part } from "./part.ts";

/** What can answer that all is well without having done it. */
const CAN_PRETEND = /^(?:push|refs)\.|^(?:fetch|processes\.signal)$/;
/** What can be done and answer that it is not, or not known to be. */
const CAN_DENY = /^(?:push|refs)\.|^(?:fetch|processes\.signal|checkout\.forward|import|snapshot)$/;
const CAN_HANG = /^(?:push|refs)\.|^(?:fetch|import|snapshot|objects|checkout\.forward|workspace\.clone|state\.\w+)$/;

export const lieLoop: Part = {
  name: "lie-loop",
  run: (options) => runScenarios("lie-loop", options, tasksOf),
};

function tasksOf(course: Course): readonly Task[] {
  return distinct(course.reached).flatMap((reached) =>
    actionsOf(reached).map((action) => {
      const fault: PlannedFault = { point: reached.point, nth: reached.nth, phase: reached.phase, do: action };
      return { what: `${course.scenario.name}: ${printFault(fault)}`, run: () => tryOut(course, [fault]) };
    }),
  );
}

function actionsOf({ point, phase }: Reached): readonly FaultAction[] {
  if (phase === "before") return [...when(CAN_PRETEND, "lie-success"), ...when(CAN_HANG, "hang")];
  return phase === "acted" ? [...when(CAN_DENY, "lie-failure"), ...when(CAN_HANG, "hang")] : [];

  function when(pattern: RegExp, action: FaultAction): FaultAction[] {
    return pattern.test(point) ? [action] : [];
  }
}
