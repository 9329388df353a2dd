import type { Processes } from "../processes.ts";
import { commandDriver } from "./command.ts";
import type { Drivers } from "./driver.ts";
import { replayDriver } from "./replay.ts";

/** The drivers of this program. `program` is how it is started again: it is the worker of the embedded runtime. */
export function systemDrivers(processes: Processes, program: { node: string; main: string }): Drivers {
  return (kind) => {
    if (kind === "command") return commandDriver(processes);
    if (kind === "replay") return replayDriver(processes, program);
    return null;
  };
}
