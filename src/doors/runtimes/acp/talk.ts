import type { WorkerStart } from "../driver.ts";
import type { RunAgent } from "./sessions/opencode.ts";
import type { Transport } from "./transport.ts";
import type { Places } from "./workspace-files.ts";

/** What one turn of an agent needs. */
export interface Talk {
  transport: Transport;
  start: WorkerStart;
  places: Places;
  runAgent: RunAgent;
  /** Until the agent has a session. */
  startMs: number;
  /** Aborted: the agent is asked to end its turn. */
  cancelled: AbortSignal;
}
