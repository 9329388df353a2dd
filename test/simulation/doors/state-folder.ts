/** The state folder in memory. Each write is a choice point: the process may be killed before it, never in it. */

import type { StateFolder } from "../../../src/doors/host.ts";
import type { LocalRun, Order, Owner } from "../../../src/model/run.ts";
import { makeRunDisk, type RunDisk, type StateDisk } from "./state-disk.ts";

export interface StateDoors {
  disk: StateDisk;
  /** Path of the folder. */
  path: string;
  host: string;
  /** Who asks. */
  self: Owner;
  liveness(owner: Owner): "alive" | "dead" | "foreign";
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Whether the process lives to do it. */
  act(call: string): boolean;
  /** A number from 0 to just below 1. */
  chance(): number;
  /** Takes a workspace away. */
  removeFolder(path: string): void;
}

const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const REPORT_NAME = /^\d+\.json$/;
const MIN_WAIT_MS = 50;
const MAX_WAIT_MS = 1_500;

export function openMemoryState(doors: StateDoors): StateFolder {
  const { disk, path, act } = doors;

  function runFolder(run: string): string {
    if (!RUN_NAME.test(run)) throw new Error(`not a name of a run: ${JSON.stringify(run)}`);
    return `${path}/runs/${run}`;
  }
  function known(run: string): RunDisk | undefined {
    runFolder(run);
    return disk.runs.get(run);
  }
  function made(run: string): RunDisk {
    const found = known(run) ?? makeRunDisk();
    disk.runs.set(run, found);
    return found;
  }
  function write(call: string, effect: () => void): void {
    if (!act(call)) return;
    disk.writes += 1;
    effect();
  }
  function readOrder(run: string): Order | null {
    const found = known(run);
    if (!found?.order) return null;
    return found.owner === null ? found.order : { ...found.order, owner: found.owner };
  }
  function readRun(run: string): LocalRun[] {
    const order = readOrder(run);
    const found = known(run);
    if (order === null || found === undefined) return [];
    const waiting = found.reports.filter(({ done }) => !done).length;
    const isOwn = order.host === undefined || order.host === doors.host;
    const owner = isOwn ? doors.liveness(order.owner) : "foreign";
    return [{ run, folder: runFolder(run), order, owner, closed: found.closed, waiting }];
  }
  const listFolders = () => [...disk.runs.keys()].filter((name) => RUN_NAME.test(name)).sort();

  return {
    path,
    host: doors.host,
    cache: `${path}/cache`,
    runFolder,
    readOrder,
    listRuns: () => listFolders().flatMap(readRun),
    listUnreadableRuns: () =>
      listFolders().flatMap((run) => {
        const reason = `${runFolder(run)}/run.json is missing`;
        return readOrder(run) === null ? [{ run, folder: runFolder(run), reason }] : [];
      }),
    async writeOrder(order, prompt) {
      write("state.writeOrder", () => {
        Object.assign(made(order.run), { order: copy(order), owner: order.owner, prompt });
      });
    },
    setOwner(run, owner) {
      write("state.setOwner", () => {
        made(run).owner = { ...owner };
      });
    },
    writeReport(run, report) {
      const number = Math.max(0, ...(known(run)?.reports ?? []).map(({ name }) => Number.parseInt(name, 10))) + 1;
      const name = `${String(number).padStart(4, "0")}.json`;
      write("state.writeReport", () => {
        made(run).reports.push({ name, report: copy(report), done: false });
      });
      return name;
    },
    listReports: (run) =>
      (known(run)?.reports ?? []).filter(({ done }) => !done).map(({ name, report }) => ({ name, report })),
    markReported(run, name) {
      const waiting = known(run)?.reports.find((report) => report.name === name && !report.done);
      if (waiting === undefined || !REPORT_NAME.test(name)) return;
      write("state.markReported", () => {
        waiting.done = true;
      });
    },
    closeRun(run) {
      const found = known(run);
      if (found === undefined) throw new Error(`there is no folder of ${run}`);
      write("state.closeRun", () => {
        found.closed = true;
      });
    },
    // A folder in memory says nothing of its remains, so no pulse cleans it.
    keepRun() {},
    async removeRun(run) {
      write("state.removeRun", () => {
        doors.removeFolder(`${runFolder(run)}/workspace`);
        disk.runs.delete(run);
      });
    },
    lock: (name, waitMs) => takeLock(doors, name, waitMs),
    stopped: () => disk.stopped,
    setStopped(stopped) {
      write("state.setStopped", () => {
        disk.stopped = stopped;
      });
    },
  };
}

async function takeLock(doors: StateDoors, name: string, waitMs: number): Promise<{ release(): void } | null> {
  const { disk, self } = doors;
  const giveUpAt = doors.now() + waitMs;
  for (;;) {
    const holder = disk.locks.get(name);
    if (holder === undefined || !isHeld(doors, holder)) {
      // A file of its own a contender: what another one leaves or takes away is never this one's.
      const mine = { ...self };
      if (doors.act("state.lock")) disk.locks.set(name, mine);
      return {
        release() {
          if (disk.locks.get(name) === mine && doors.act("state.unlock")) disk.locks.delete(name);
        },
      };
    }
    if (doors.now() >= giveUpAt) return null;
    await doors.sleep(MIN_WAIT_MS + doors.chance() * (Math.min(MAX_WAIT_MS, waitMs) - MIN_WAIT_MS));
  }
}

/** Of a process elsewhere nothing can be said, and no world lasts until its patience is over. */
function isHeld({ liveness }: StateDoors, holder: Owner): boolean {
  return liveness(holder) !== "dead";
}

/** As it would be read back from a file. */
function copy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
