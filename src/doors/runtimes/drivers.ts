import { acpDriver } from "./acp/acp.ts";
import { claudeDriver } from "./claude/claude.ts";
import { codexDriver } from "./codex/codex.ts";
import { commandDriver, type WorkerDoors } from "./command.ts";
import type { Drivers } from "./driver.ts";
import { replayDriver } from "./replay/replay.ts";

/** The drivers of this program. `program` is how it is started again: it is the worker of the embedded runtime. */
export function systemDrivers(doors: WorkerDoors, program: { node: string; main: string }): Drivers {
  return (kind) => {
    if (kind === "command") return commandDriver(doors);
    if (kind === "replay") return replayDriver(doors, program);
    if (kind === "claude") return claudeDriver(doors);
    if (kind === "codex") return codexDriver(doors);
    if (kind === "acp") return acpDriver(doors);
    return null;
  };
}
