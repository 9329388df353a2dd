/** What lies in a host's state folder. It outlives every process. */

import type { LastAnswer } from "../../../src/doors/quick-look.ts";
import type { RunEvent } from "../../../src/doors/runtimes/run-folder/run-files.ts";
import type { Order, Owner, Report } from "../../../src/model/run.ts";

export interface RunDisk {
  order: Order | null;
  owner: Owner | null;
  prompt: string;
  /** In the order in which they were left. */
  reports: { name: string; report: Report; done: boolean }[];
  closed: boolean;
  withdraw: string | null;
  events: RunEvent[];
  log: string;
  handoff: string | null;
  exclude: readonly string[] | null;
  isPreparing: boolean;
  leak: string | null;
}

export interface StateDisk {
  runs: Map<string, RunDisk>;
  locks: Map<string, Owner>;
  stopped: boolean;
  /** By path. */
  files: Map<string, string>;
  lastAnswer: LastAnswer | null;
  /** Moves with every write: an idle pulse must leave it as it is. */
  writes: number;
}

export function makeStateDisk(): StateDisk {
  return { runs: new Map(), locks: new Map(), stopped: false, files: new Map(), lastAnswer: null, writes: 0 };
}

export function makeRunDisk(): RunDisk {
  return {
    order: null,
    owner: null,
    prompt: "",
    reports: [],
    closed: false,
    withdraw: null,
    events: [],
    log: "",
    handoff: null,
    exclude: null,
    isPreparing: false,
    leak: null,
  };
}
