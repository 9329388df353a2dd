/** A kill -9 of something on a machine that works. */

import type { ChildProcess } from "node:child_process";
import { makeProcesses } from "../../../src/doors/processes-system.ts";
import type { Machine } from "../../journeys/kit/machine.ts";
import type { Plan } from "./plan.ts";
import { killAll } from "./power-off.ts";

const processes = makeProcesses();

/** Kills the pulse, one of the runs, or everything on the machine. */
export function strikeDown(
  machine: Machine,
  { child, plan, choice }: { child: ChildProcess; plan: Plan; choice: number },
): boolean {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  if (choice < 0.4) return !isOver && child.kill("SIGKILL");
  if (choice < 0.7) return killAll(plan.file) > 0;
  const [run] = machine.state.listRuns().filter(({ owner, closed }) => owner === "alive" && !closed);
  return run !== undefined && processes.signal(run.order.owner, "SIGKILL", "process");
}
