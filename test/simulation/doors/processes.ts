/** Processes of one simulated machine. */

import type { Processes, Started } from "../../../src/doors/processes.ts";
import type { Owner } from "../../../src/model/run.ts";
import type { Process, Schedule } from "../time/schedule.ts";
import type { Host } from "../world/host.ts";

export interface ProcessDoors {
  schedule: Schedule;
  host: Host;
  process: Process;
  self: Owner;
  /** Starts the process that carries out the order in a run's folder; null when the machine can't. */
  startRun(run: string): Started | null;
}

export function openMemoryProcesses({ schedule, host, process, self, startRun }: ProcessDoors): Processes {
  return {
    self: () => self,
    identify: (pid) => host.identify(pid),
    liveness: (owner) => host.liveness(owner),
    signal(owner, signal) {
      const found = host.liveness(owner) === "alive" ? host.find(owner) : null;
      if (found === null || !schedule.act(process, `signal ${signal}`)) return false;
      if (signal === "SIGKILL") schedule.end(found, "is killed");
      else if (found.onTerminate) schedule.resume(found, signal, found.onTerminate);
      else schedule.end(found, `ends with ${signal}`);
      return true;
    },
    startDetached({ cwd }) {
      if (!schedule.act(process, "startDetached")) return null;
      const started = startRun(cwd.slice(cwd.lastIndexOf("/") + 1));
      if (started === null) return null;
      process.onEnd.push(() => started.tell(""));
      return { owner: started.owner, tell: (word) => schedule.act(process, "tell") && started.tell(word) };
    },
  };
}
