import type { LocalRun, Order, Owner, Report } from "../model/run.ts";

/** A report file that waits to be appended. `report` is null where the file can't be read as one. */
export interface WaitingReport {
  name: string;
  report: Report | null;
}

/** A folder of a run without an order that can be read: never touched, but told. */
export interface UnreadableRun {
  run: string;
  folder: string;
  reason: string;
}

/** This host's state folder: disposable except for running work. */
export interface StateFolder {
  readonly path: string;
  /** Name of the host, such as `anna-mbp-9f2c`; made at first use, its random part lies in the folder. */
  readonly host: string;
  readonly cache: string;
  runFolder(run: string): string;
  /** Runs whose order can be read. */
  listRuns(): readonly LocalRun[];
  listUnreadableRuns(): readonly UnreadableRun[];
  /** `resume`: what an agent is told instead, as long as the order's conversation can be taken up; null without one. */
  writeOrder(order: Order, prompt: string, resume?: string | null): Promise<void>;
  /** null when there is none or it can't be read as an order. */
  readOrder(run: string): Order | null;
  /** Replaces the owner in a run's order: first the pulse, then the runner. */
  setOwner(run: string, owner: Owner): void;
  /** Leaves a report in the run's folder, whole or not at all, and answers its file name. */
  writeReport(run: string, report: Report): string;
  /** Reports of a run that wait to be appended, oldest first. Empty when the run has no folder. */
  listReports(run: string): readonly WaitingReport[];
  /** Renames a report's file, so that it no longer waits. Nothing happens when that was done already. */
  markReported(run: string, name: string): void;
  /** Notes that all reports of the run are in the ledger: `listRuns` says closed from then on. */
  closeRun(run: string): void;
  /** Notes that the folder of a closed run must stay until then, at least. */
  keepRun(run: string, until: number, because: string): void;
  /** Deletes the run's folder with its workspace. */
  removeRun(run: string): Promise<void>;
  /** null when another live process holds it past the timeout. */
  lock(name: string, waitMs: number): Promise<{ release(): void } | null>;
  stopped(): boolean;
  setStopped(stopped: boolean): void;
}
